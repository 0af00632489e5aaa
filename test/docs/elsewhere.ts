/** Commands that cannot run beside the stack of this test, and what runs them instead. */
export type Elsewhere = {
  readonly command: RegExp;
  /** A file that executes it, and what stands there. */
  readonly by: string;
  readonly saying: RegExp;
};

export const elsewhere: readonly Elsewhere[] = [
  { command: /^npm ci$/, by: '.ci/run', saying: /^npm ci/m },
  { command: /^npm test$/, by: '.ci/run', saying: /^npm test/m },
  { command: /^npm test -- (\S+)$/, by: 'test/run.ts', saying: /'vitest', \['run', \.\.\.process\.argv/ },
  { command: /^npm run check$/, by: 'test/run.ts', saying: /biome[\s\S]*tsc/ },
  { command: /^npm run fix$/, by: 'package.json', saying: /"fix": "biome check --write \."/ },
  { command: /^npm run check:tools$/, by: 'test/infra/tools.test.ts', saying: /run-tools\.ts/ },
  { command: /^npm start( -- --help)?$/, by: 'test/e2e/start.test.ts', saying: /local\/start\.ts/ },
  { command: /^npm run build\b.*$/, by: 'test/infra/build.test.ts', saying: /infra\/build\.ts/ },
  {
    command: /^node docs\/generate\.ts$/,
    by: 'test/shared/policy/generated.test.ts',
    saying: /generatedFiles\(\)/,
  },
];

/** Commands that show something until Ctrl-C. */
export const isEndless = (text: string): boolean => / --watch$/.test(text);

/** Simple commands of a text, without comments. */
export const simpleCommands = (text: string): readonly string[] =>
  text
    .replace(/\\\n/g, ' ')
    .split(/\n|&&|;/)
    .map((one) => one.replace(/(^|\s)#.*$/, '').trim())
    .filter((one) => one !== '');

/** What runs every command of the text, or undefined where one of them is run by nothing else. */
export function runElsewhere(text: string): readonly Elsewhere[] | undefined {
  const found = simpleCommands(text).map((one) => elsewhere.find(({ command }) => command.test(one)));
  return found.every((one) => one !== undefined) ? found : undefined;
}
