import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';
import { elsewhere, isEndless, runElsewhere, simpleCommands } from './elsewhere.ts';
import { type Found, findCommands, marks } from './find-commands.ts';
import { pages, root, textOf } from './pages.ts';
import { callsIn, isShell, parseArguments } from './parse-command.ts';
import { type Ran, type Reader, startReader } from './reader.ts';

const looked = pages.map((page) => findCommands(page, textOf(page)));
const found = looked.flatMap((one) => one.found);
const at = ({ page, line }: Found): string => `${page}:${line}`;
const isExecuted = (one: Found): boolean =>
  one.mark === undefined && one.language === 'sh' && runElsewhere(one.text) === undefined;

/** A name of a command alone, as sentences have it, is no command to execute. */
const nameOnly = async ({ kind, text }: Found): Promise<boolean> => {
  if (kind === 'block') return false;
  const [call = [], ...more] = await callsIn(places(text));
  return more.length === 0 && parseOf(call) === 'name';
};

/** Words in place of what readers put in: <id> would be read as a redirection. */
const places = (text: string): string => text.replace(/<[A-Za-z][^<>\n]*>/g, 'word').replaceAll('…', 'word');

const parseOf = ([program, ...args]: readonly string[]): ReturnType<typeof parseArguments> | undefined =>
  program === 'entra-writeback'
    ? parseArguments(args)
    : program === 'npx' && args[0] === 'entra-writeback'
      ? parseArguments(args.slice(1))
      : undefined;

describe('every command of the documents', () => {
  it('is found, because every block names its language (sh, text, yaml …)', () => {
    expect(looked.flatMap(({ unnamed }) => unnamed)).toEqual([]);
    expect(found.length).toBeGreaterThan(50);
    expect(new Set(found.map(({ page }) => page)).size).toBeGreaterThan(8);
  });

  it.each(found.filter(({ language }) => language === 'sh').map((one) => [at(one), one] as const))(
    '%s is shell, and names options that exist',
    async (_at, { text }) => {
      await isShell(places(text));
      const wrong = (await callsIn(places(text))).flatMap((call) => {
        const parsed = parseOf(call);
        return typeof parsed === 'object' ? [`${call.join(' ')}: ${parsed.wrong}`] : [];
      });
      expect(wrong).toEqual([]);
    },
  );

  it('is marked where it is PowerShell, which no test runs', () => {
    const unmarked = found.filter(({ language, mark }) => language === 'powershell' && mark === undefined);
    expect(unmarked.map(at)).toEqual([]);
  });

  it('names scripts, benches and files that exist', () => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const benches = readFileSync(join(root, 'test/bench/run.ts'), 'utf8');
    const missing = found.flatMap((one) =>
      simpleCommands(one.text).flatMap((command) => {
        const [, script, bench] = /^npm run (\S+)(?: ([\w-]+))?/.exec(command) ?? [];
        const [, file] = /^node ((?:\w+\/)\S+\.ts)/.exec(command) ?? [];
        const [, tests] = /^npm test -- ([^<]\S+)/.exec(command) ?? [];
        return [
          script !== undefined && !(script in scripts) && `npm run ${script}`,
          script === 'bench' &&
            bench &&
            !new RegExp(`^  '?${bench}'?: bench`, 'm').test(benches) &&
            `bench ${bench}`,
          file !== undefined && !existsSync(join(root, file)) && file,
          tests !== undefined && !existsSync(join(root, tests)) && tests,
        ].flatMap((what) => (what ? [`${at(one)}: ${what}`] : []));
      }),
    );
    expect(missing).toEqual([]);
  });

  it.each(elsewhere.map(({ command, by, saying }) => [command.source, by, saying] as const))(
    '%s is executed by %s',
    (_command, by, saying) => {
      expect(textOf(by)).toMatch(saying);
    },
  );
});

describe('every command that is not marked works on a laptop', () => {
  let world: World;
  let reader: Reader;

  beforeAll(async () => {
    world = await startWorld({
      settings: { COMPLETION_SIGNING_KEY: 'documents are followed word for word' },
    });
    reader = await startReader(world);
  }, 120_000);

  afterAll(async () => {
    await reader?.leave();
    await world?.stop();
  });

  const toMark = `A command that needs more than a laptop is marked on the line before its block, behind the code in a sentence, or in the head of its column: ${Object.keys(
    marks,
  )
    .map((mark) => `*(${mark})*`)
    .join(
      ', ',
    )}. One that another test executes belongs into test/docs/elsewhere.ts; a place such as <id> into test/docs/reader.ts.`;

  const check = (where: string, ran: Ran): void => {
    const said = `${where} ended with ${ran.code}.\n${ran.error}\n${ran.out.slice(-2000)}\n${toMark}`;
    expect(ran.code, said).toBe(0);
  };

  const blocksOf = (page: string): readonly Found[] =>
    found.filter((one) => one.page === page && one.kind === 'block' && isExecuted(one));

  /** The blocks of a page are one terminal: what the first defines, the second uses. */
  it.each(pages.filter((page) => blocksOf(page).length > 0))(
    'in the blocks of %s',
    async (page) => {
      const blocks = blocksOf(page);
      const end = (index: number): string => `@@ end of block ${index}`;
      const ran = await reader.run(
        blocks.map(({ text }, index) => `${text}\necho "${end(index)}"`).join('\n'),
      );
      check(page, ran);
      let rest = ran.out;
      for (const [index, block] of blocks.entries()) {
        const [said = '', ...more] = rest.split(`${end(index)}\n`);
        rest = more.join('');
        expectToPrint(block, said);
      }
    },
    120_000,
  );

  /** Each line that the page shows is printed, in this order. */
  function expectToPrint(block: Found, said: string): void {
    let from = 0;
    const printed = said.split('\n');
    for (const line of block.prints) {
      const pattern = reader
        .fill(line)
        .split('…')
        .map((part) =>
          part
            .trim()
            .replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
            .replace(/\s+/g, '\\s+'),
        )
        .join('.*');
      const next = printed.findIndex(
        (one, index) => index >= from && new RegExp(`^${pattern}$`).test(one.trim()),
      );
      expect(next, `${at(block)} shows what is not printed: ${line}\n${said}`).toBeGreaterThanOrEqual(0);
      from = next + 1;
    }
  }

  const inline = [
    ...Map.groupBy(
      found.filter(isExecuted).filter(({ kind }) => kind === 'inline'),
      ({ text }) => text,
    ),
  ];
  it.each(inline)('in sentences and tables: %s', async (text, [first]) => {
    if (!first || (await nameOnly(first))) return;
    if (!isEndless(text)) return check(at(first), await reader.run(text));
    const ran = await reader.run(`timeout --signal=INT 4 ${text} || [ $? = 124 ]`);
    check(at(first), ran);
    expect(ran.out).not.toBe('');
  });

  it.each(found.filter(({ language }) => language === 'http').map((one) => [at(one), one] as const))(
    'by HTTP: %s',
    async (_at, one) => {
      const [, method = '', path = '', body] =
        /^(\w+) \/api(\S+)\n([\s\S]*)$/.exec(reader.fill(one.text)) ?? [];
      const answer = await world.api(path, { method, ...(body && { body }) });
      expect(answer.ok, `${at(one)} answered ${answer.status} ${await answer.text()}\n${toMark}`).toBe(true);
    },
  );
});

test('a page may use only marks that this test knows', () => {
  const known = Object.keys(marks).join('|');
  const unknown = pages.flatMap((page) =>
    [...textOf(page).matchAll(/`?\s*\*\(([A-Z]\w+|root|minutes)\)\*/g)]
      .map(([, name = '']) => name)
      .filter((name) => !new RegExp(`^(${known})$`).test(name))
      .map((name) => `${page}: *(${name})*`),
  );
  expect(unknown).toEqual([]);
});
