import { describe, expect, test } from 'vitest';
import { isEndless, runElsewhere } from './elsewhere.ts';
import { findCommands } from './find-commands.ts';
import { callsIn, isShell, parseArguments } from './parse-command.ts';

/** The test of commands can be trusted only if it sees every command, and believes no mark that is not there. */

const found = (...lines: readonly string[]) =>
  findCommands('page.md', lines.join('\n')).found.map(({ kind, text, mark, prints }) => ({
    kind,
    text,
    mark,
    prints,
  }));
const fence = (language: string, ...lines: readonly string[]) => [`\`\`\`${language}`, ...lines, '```'];

describe('a block', () => {
  test('is executed, unless the line before it ends with a mark', () => {
    const [plain, marked] = found(
      ...['Do:', '', ...fence('sh', 'azd up')],
      ...['Then: *(Azure)*', '', ...fence('sh', 'azd down')],
    );
    expect(plain).toMatchObject({ kind: 'block', text: 'azd up', mark: undefined });
    expect(marked).toMatchObject({ text: 'azd down', mark: 'Azure' });
  });

  test('is not marked by a word that is no mark, nor by a mark elsewhere', () => {
    const [made, far] = found(
      ...['*(Moon)*', ...fence('sh', 'a')],
      ...['*(Azure)*', 'and more', ...fence('sh', 'b')],
    );
    expect([made?.mark, far?.mark]).toEqual([undefined, undefined]);
  });

  test('shows what it prints in the text that follows it', () => {
    const [first, second] = found(
      ...[...fence('sh', 'a'), '', ...fence('text', 'one', '', 'two …')],
      ...[...fence('sh', 'b'), 'words', ...fence('text', 'three')],
    );
    expect(first?.prints).toEqual(['one', 'two …']);
    expect(second?.prints).toEqual([]);
  });

  test('without a language is told, since it may be a command', () => {
    expect(findCommands('page.md', fence('', 'rm -r /').join('\n')).unnamed).toEqual(['page.md:1']);
  });
});

describe('in a sentence', () => {
  test('commands are seen, with the mark behind them', () => {
    expect(
      found('Run `npm start`, `azd up` *(Azure)* and `entra-writeback status`, not `relay.yaml`.').map(
        ({ text, mark }) => [text, mark],
      ),
    ).toEqual([
      ['npm start', undefined],
      ['azd up', 'Azure'],
      ['entra-writeback status', undefined],
    ]);
  });
});

test('a column that is headed command holds commands, and its mark is theirs', () => {
  const rows = ['|---|---|', '| how | `status`, `holds show <id>` |', '| `Group_` | |'];
  expect(found('| ask | command |', ...rows).map(({ text }) => text)).toEqual([
    'entra-writeback status',
    'entra-writeback holds show <id>',
  ]);
  expect(found('| ask | command *(minutes)* |', ...rows).map(({ mark }) => mark)).toEqual([
    'minutes',
    'minutes',
  ]);
});

test('the arguments of a command are those that bash gives it, and nothing is executed', async () => {
  expect(await callsIn('A="-x y"\nentra-writeback holds $A "$(azd up)" \\\n  --reason "b c" # no')).toEqual([
    ['azd', 'up'],
    ['entra-writeback', 'holds', '-x', 'y', 'word', '--reason', 'b c'],
  ]);
  await expect(isShell('for x in; do')).rejects.toThrow();
});

test.each([
  [['status', '--watch'], 'complete'],
  [['simulate'], 'name'],
  [['setup', '--identty', 'x'], { wrong: expect.stringContaining('--identity') }],
  [['undo', 'p', '--config'], { wrong: expect.stringContaining('--config') }],
  [['bogus'], { wrong: expect.stringContaining('bogus') }],
] as const)('%j is %j to the command line', (args, parsed) => {
  expect(parseArguments(args)).toEqual(parsed);
});

test('what another test runs is run there only as a whole', () => {
  expect(runElsewhere('npm ci && npm start   # words')).toHaveLength(2);
  expect(runElsewhere('npm ci && rm -r dist')).toBeUndefined();
  expect([isEndless('entra-writeback status --watch'), isEndless('entra-writeback status')]).toEqual([
    true,
    false,
  ]);
});
