import { expect, test } from 'vitest';
import { valuesToSend } from '../../../relay/directory/write/password.ts';
import { randomPassword } from '../../../relay/plan/planned.ts';

/** Complexity, as a domain may demand it: characters of all kinds, and nothing of the names of the account. */

test('a password has all kinds of characters, and no three of them in a row that a name could have', () => {
  const [value] = valuesToSend('unicodePwd', [randomPassword]);
  const quoted = Buffer.from((value as { base64: string }).base64, 'base64').toString('utf16le');
  const password = /^"(.*)"$/.exec(quoted)?.[1] ?? '';
  expect(password).toHaveLength(128);
  for (const kind of [/[a-z]/, /[A-Z]/, /[0-9]/, /[^A-Za-z0-9]/]) expect(password).toMatch(kind);
  expect(password).not.toMatch(/[^,]{3}/);
  expect(valuesToSend('unicodePwd', [randomPassword])).not.toEqual([value]);
});
