import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { call, connectionOf } from './api.ts';
import { type Evaluation, renderEvaluation } from './render-evaluation.ts';
import { renderStatus, type Status } from './render-status.ts';

/** The command line. Each command is thin: it asks the functions or the relay, and shows the answer. */
const program = new Command('entra-writeback')
  .description('Writes Entra groups, devices and users back to Active Directory.')
  .option('--url <url>', 'address of the functions (else ENTRA_WRITEBACK_URL, else the local stack)')
  .addOption(new Option('--stack <file>', 'file of the local stack').default('.local/stack.json'))
  .option('--json', 'print the answer as JSON')
  .showHelpAfterError();

program
  .command('evaluate <id>')
  .description('what the policy says of an object, and why')
  .option('--kind <kind>', 'group, user or device', 'group')
  .option('--policy <file>', 'a candidate policy instead of the one in force')
  .option('--plan', 'also ask the relay what it would do')
  .action(async (id: string, options: { kind: string; policy?: string; plan?: boolean }) => {
    const policy = options.policy ? { policy: await readFile(options.policy, 'utf8') } : {};
    const body = { id, kind: options.kind, ...policy, ...(options.plan && { plan: true }) };
    await answer('POST', '/policy/evaluate', body, (found) => renderEvaluation(found as Evaluation));
  });

program
  .command('status')
  .description('how it is going: feeds, subscriptions, counts, violations')
  .option('--watch', 'show it again every two seconds')
  .action(async ({ watch }: { watch?: boolean }) => {
    do {
      if (watch) process.stdout.write('\u001b[2J\u001b[H');
      await answer('GET', '/status', undefined, (found) => renderStatus(found as Status));
      if (watch) await new Promise((resolve) => setTimeout(resolve, 2000));
    } while (watch);
  });

program
  .command('object <id>')
  .description('the story of one object')
  .action((id: string) => answer('GET', `/objects/${encodeURIComponent(id)}`, undefined, pretty));

program
  .command('history <id>')
  .description('what happened to one object, newest first')
  .action((id: string) => answer('GET', `/objects/${encodeURIComponent(id)}/history`, undefined, pretty));

const pretty = (value: unknown): string => JSON.stringify(value, null, 2);

async function answer(
  method: 'GET' | 'POST',
  path: string,
  body: unknown,
  render: (found: unknown) => string,
): Promise<void> {
  const { json, ...options } = program.opts<{ url?: string; stack: string; json?: boolean }>();
  const found = await call(await connectionOf(options, process.env), method, path, body);
  console.log(json ? pretty(found) : render(found));
}

try {
  await program.parseAsync();
} catch (error) {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
