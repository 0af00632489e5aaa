import { expect, test } from 'vitest';
import { createLog, type LogEntry, redact, summariseError } from '../../../local/functions-host/log.ts';

test.each([
  ['Endpoint=sb://x;SharedAccessKey=abc+/=;EntityPath=q', 'Endpoint=sb://x;SharedAccessKey=***;EntityPath=q'],
  ['GET /api/x?code=secret&b=1', 'GET /api/x?code=***&b=1'],
  ['https://flow.example/invoke?sig=A-b_c&sp=x', 'https://flow.example/invoke?sig=***&sp=x'],
  ['authorization: Bearer eyJ0.eyJ1.sig-nature', 'authorization: Bearer ***'],
  ['nothing to hide here: code 401, key "a"', 'nothing to hide here: code 401, key "a"'],
])('%s is logged as %s', (text, expected) => {
  expect(redact(text)).toBe(expected);
});

test('an error is summarised by name, code and message', () => {
  const error = Object.assign(new TypeError('bad'), { code: 'ECONNRESET' });
  expect(summariseError(error)).toEqual({ name: 'TypeError', code: 'ECONNRESET', message: 'bad' });
  expect(summariseError('thrown text')).toEqual({ name: 'string', message: 'thrown text' });
});

test('the text that a JSON parser chokes on is not repeated', () => {
  for (const text of ['private\nlines', '{"a": private}', 'p'.repeat(200)]) {
    try {
      JSON.parse(text);
      expect.unreachable();
    } catch (error) {
      expect(summariseError(error).message).not.toContain('p');
    }
  }
});

test('every entry is stamped and redacted', () => {
  const entries: LogEntry[] = [];
  createLog((entry) => entries.push(entry))({ level: 'warning', event: 'e', message: 'SharedAccessKey=x' });
  expect(entries).toEqual([
    {
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      level: 'warning',
      event: 'e',
      message: 'SharedAccessKey=***',
    },
  ]);
});
