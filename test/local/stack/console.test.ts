import { expect, it } from 'vitest';
import { createConsole } from '../../../local/stack/console.ts';

it('shows a change in one line that does nothing to the terminal, whatever its object is called', () => {
  const lines: string[] = [];
  const { show } = createConsole({ write: (line) => lines.push(line), colours: false });
  const name = 'evil \u001b[31mred\u001b]0;title\u0007\r\n✓ forged \u202etext';
  show({
    from: 'functions',
    event: { event: 'outcome.settled', kind: 'group', name, result: 'applied', rule: 'a\nb' },
  });
  show({ from: 'functions', event: { event: 'violation.opened', subject: name, code: 'X', message: name } });
  expect(lines).toHaveLength(2);
  for (const line of lines) expect(line).not.toMatch(/[\p{Cc}\u202e]/u);
  expect(lines[0]).toContain('group evil  [31mred ]0;title ✓ forged  text');
});

it('what is long is begun: a list of two hundred members is no line for people', () => {
  const lines: string[] = [];
  const { show } = createConsole({ write: (line) => lines.push(line), colours: false });
  const message = `200 left out: ${'user:24a8f14e-ec04-47bc-a498-30c50b2b9b82, '.repeat(200)}`;
  show({ from: 'functions', event: { event: 'violation.opened', subject: 'All', code: 'X', message } });
  expect(lines[0]).toMatch(/X {2}200 left out: user:24a8f14e.* …$/);
  expect(lines[0]?.length).toBeLessThan(140);
});
