import { dirname, join, relative } from 'node:path';
import { Command } from 'commander';
import { ensureSamba } from './samba/packages.ts';
import { reexecInUserNamespace, wayInside } from './samba/user-namespace.ts';
import { createConsole } from './stack/console.ts';
import { readStackOptions, type StackOptions, withStackOptions } from './stack/options.ts';
import { type Stack, startStack } from './stack/stack.ts';

/** `npm start`: the whole product on this machine, until Ctrl-C. */
const command = withStackOptions(
  new Command('npm start --').description(
    'Starts entra-writeback on this machine: Graph, Service Bus, AD and all.',
  ),
).action(run);
await command.parseAsync();

async function run(given: Record<string, unknown>): Promise<void> {
  const began = performance.now();
  let options: StackOptions;
  try {
    options = readStackOptions(given);
    if (!options.ldapUrl) {
      await ensureSamba((line) => console.log(line));
      const exitCode = await reexecInUserNamespace();
      if (exitCode !== undefined) process.exit(exitCode);
    }
  } catch (error) {
    return fail(error);
  }
  const screen = createConsole({
    write: (line) => console.log(line),
    colours: process.stdout.isTTY === true && !process.env.NO_COLOR,
  });
  // From the first moment on: somebody who changes their mind while it starts shall not leave parts behind.
  const asked = toldToStop();
  let stack: Stack;
  try {
    // What parts say of one another's end is no news.
    stack = await startStack(options, (line) => asked.already() || screen.show(line));
  } catch (error) {
    return asked.already() ? process.exit(0) : fail(error);
  }
  if (!asked.already()) console.log(banner(stack, Math.round(performance.now() - began)));
  const failure = await Promise.race([asked.at, stack.failed]);
  if (failure) console.log(failure);
  await stack.stop();
  process.exit(failure ? 1 : 0);
}

/** Resolves at the first signal to end, and says so; further ones change nothing. */
function toldToStop(): { readonly at: Promise<undefined>; readonly already: () => boolean } {
  let already = false;
  const at = new Promise<undefined>((resolve) => {
    const stop = (): void => {
      if (!already) console.log('Stopping …');
      already = true;
      resolve(undefined);
    };
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, stop);
  });
  return { at, already: () => already };
}

function banner({ file, stackFile }: Stack, ms: number): string {
  const environment = relative(process.cwd(), join(dirname(stackFile), 'env.sh'));
  return `
entra-writeback runs on this machine (started in ${ms} ms)

  Microsoft Graph    ${file.graph.url}
  functions          ${file.functions.url}/api
  Active Directory   ${file.ldap.url}   ${file.ldap.baseDn}
  mail, Teams        ${file.sinks.mail}   ${file.sinks.teams}
  policy             ${file.policyFile}
  everything else    ${stackFile}

${otherTerminal()}Change something in Graph and look here:   . ${environment}   (README, "Five minutes")
Ctrl-C stops everything.
`;
}

/** Who is not root gets a network of its own, into which another terminal has to go first. */
function otherTerminal(): string {
  const way = wayInside();
  return way === undefined ? '' : `In another terminal, first:   ${way}\n`;
}

function fail(error: unknown): never {
  console.error(error instanceof Error ? error.message : String(error));
  process.exit(1);
}
