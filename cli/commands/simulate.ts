import { Command, InvalidArgumentError } from 'commander';
import type { ObjectLine, SimulationLine } from '../../shared/flow/ask/simulate.ts';
import { connect, globalsOf } from '../command.ts';
import { postForLines } from '../json-lines.ts';
import { policyText } from '../policy-text.ts';
import { allPrintable } from '../printable.ts';
import { renderSimulation, type ShownEffect } from '../render-simulation.ts';

type Options = { readonly policy: string; readonly kind?: readonly string[]; readonly limit: number };

export const simulate = new Command('simulate')
  .description('what another policy would do to the whole tenant; nothing is written')
  .requiredOption('--policy <file>', 'the candidate policy')
  .option('--kind <kinds...>', 'only these: group, user, device')
  .option('--limit <number>', 'most objects of each effect to name', wholeNumber, 20)
  .action(async ({ policy, kind, limit }: Options, command: Command) => {
    const body = { policy: await policyText(policy), limit, ...(kind && { kinds: kind }) };
    const lines = postForLines(await connect(command), '/policy/simulate', body);
    if (globalsOf(command).json) await passOn(lines);
    else console.log(await report(printed(lines) as AsyncIterable<SimulationLine>, limit));
  });

/** The stream as it comes, one JSON object per line. */
async function passOn(lines: AsyncIterable<unknown>): Promise<void> {
  for await (const line of lines) console.log(JSON.stringify(line));
}

async function* printed(lines: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  for await (const line of lines) yield allPrintable(line);
}

/** Reads to the end and keeps the first objects of each effect: a report of any tenant fits into memory. */
async function report(lines: AsyncIterable<SimulationLine>, limit: number): Promise<string> {
  const named: Record<ShownEffect, ObjectLine[]> = {
    create: [],
    change: [],
    freeze: [],
    remove: [],
    refuse: [],
  };
  let started: Extract<SimulationLine, { type: 'started' }> | undefined;
  for await (const line of lines) {
    switch (line.type) {
      case 'started':
        started = line;
        break;
      case 'object':
        if (named[line.effect].length < limit) named[line.effect].push(line);
        break;
      case 'progress':
        progress(`${line.evaluated} evaluated …`);
        break;
      case 'unreadable':
        console.error(line.message);
        break;
      case 'summary':
        progress('');
        if (started) return renderSimulation(started, named, line);
        break;
      case 'failed':
        progress('');
        throw new Error(
          `The simulation ended after ${line.evaluated} objects (${line.code}): ${line.message}`,
        );
    }
  }
  throw new Error('The stream ended before its summary, so the simulation is not complete. Try again.');
}

/** One line that is written over; nothing where nobody looks. */
function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\u001b[2K${text}`);
}

function wholeNumber(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 0) throw new InvalidArgumentError('It is a whole number.');
  return number;
}
