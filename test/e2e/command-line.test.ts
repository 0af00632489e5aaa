import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify, stripVTControlCharacters } from 'node:util';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { startWorld, type World } from './world.ts';

/** What operators see at the command line, on the running product. */

const program = join(import.meta.dirname, '../../cli/main.ts');
let world: World;
let group: string;
let people: readonly string[];

beforeAll(async () => {
  world = await startWorld();
  const users = await world.graph('GET', '/v1.0/users?$top=50&$select=id,onPremisesSecurityIdentifier');
  people = (users.value as readonly { id: string; onPremisesSecurityIdentifier?: string }[])
    .filter((user) => user.onPremisesSecurityIdentifier)
    .map(({ id }) => id);
  const since = world.mark();
  const created = await world.graph('POST', '/v1.0/groups', {
    displayName: 'Shown',
    groupTypes: ['Unified'],
    mailEnabled: true,
    mailNickname: 'shown',
    securityEnabled: false,
    'members@odata.bind': people.slice(0, 2).map((id) => `https://graph.microsoft.com/v1.0/users/${id}`),
  });
  group = String(created.id);
  await world.settled(group, since, (event) => event.result === 'applied');
}, 120_000);

afterAll(() => world?.stop());

type Ran = { readonly code: number; readonly out: string; readonly err: string };

/** Runs a command as a person would; answers what it prints, without colours. */
async function run(...args: readonly string[]): Promise<Ran> {
  const given = [program, '--stack', world.stack.stackFile, ...args];
  const plain = stripVTControlCharacters;
  const env = { ...process.env, FORCE_COLOR: '0' };
  try {
    const { stdout, stderr } = await promisify(execFile)(process.execPath, given, { env });
    return { code: 0, out: plain(stdout), err: plain(stderr) };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'stdout' in error && 'stderr' in error)) throw error;
    return { code: Number(error.code), out: plain(String(error.stdout)), err: plain(String(error.stderr)) };
  }
}

describe('the command line', () => {
  it('shows how it is going on one page', async () => {
    const { out } = await run('status');
    for (const part of [
      'Behind the cloud:',
      'alive',
      'AD up',
      'Latency, last hour',
      'dead letters',
      'subscribed until',
      'Open violations',
    ])
      expect(out).toContain(part);
    expect(Math.max(...out.split('\n').map((line) => line.length))).toBeLessThanOrEqual(100);
  });

  it('tells the story of an object: in Entra, in AD, what differs, and why', async () => {
    const { out } = await run('object', group);
    for (const part of [
      `Shown  group ${group}`,
      'write  WRITE_BY_DEFAULT',
      'CN=Shown',
      'none: AD is as desired',
      'applied',
      '2 written, 0 left out',
      'kind equals "microsoft365"',
      'mailNickname',
    ])
      expect(out).toContain(part);
    const kept = (await run('object', group, '--kept')).out;
    expect(kept).toContain('as it was written last');
    expect(kept).not.toContain('In Entra');
  });

  it('tells what happened, with values before and after, and by member', async () => {
    const { out } = await run('history', group);
    expect(out).toMatch(/outcome\.applied\n.*WRITE_BY_DEFAULT.*after the first sign/);
    expect(out).toMatch(/displayName +absent +→ +Shown/);
    expect(out).toContain(`+ ${people[0]}`);
    expect((await run('audit', '--member', people[1] ?? '')).out).toContain('Shown');
    const lines = (await run('audit', 'export')).out.trim().split('\n');
    expect(lines.map((line) => JSON.parse(line).object?.id)).toContain(group);
  });

  it('waits for a change, and ends with 1 and the reason where it does not come', async () => {
    expect((await run('wait', group, '--member', people[0] ?? '')).out).toContain('It is so already.');
    const never = await run('wait', group, '--member', people[7] ?? '', '--timeout', '5');
    expect([never.code, never.out]).toEqual([1, expect.stringContaining('CHANGE_NOT_SEEN')]);
  });

  it('lists, explains, replays and discards what nobody works on', async () => {
    expect((await run('dead-letters')).out).toBe('None.\n');
    const bus = new ServiceBusClient(world.stack.file.serviceBus.connectionString);
    for (const [queue, sessionId] of [
      ['intents', `group:${group}`],
      ['outcomes', 'x'],
    ] as const)
      await bus.createSender(queue).sendMessages({ body: Buffer.from('{"version":9}'), sessionId });
    await bus.close();
    const listed = await vi.waitUntil(
      async () => {
        const { out } = await run('dead-letters');
        return out.includes('on intents') && out.includes('on outcomes') && out;
      },
      { timeout: 20_000, interval: 500 },
    );
    expect(listed).toContain('is read from Graph and evaluated anew');
    const idOn = (queue: string): string =>
      new RegExp(`(\\S+) +set aside on ${queue}`).exec(listed)?.[1] ?? '';
    expect((await run('dead-letters', 'show', idOn('outcomes'))).out).toContain('{"version":9}');
    expect((await run('dead-letters', 'replay', idOn('outcomes'), '--person', 'anna')).code).toBe(1);
    expect((await run('violations')).out).toContain('MESSAGE_REJECTED');
    const since = world.mark();
    expect((await run('dead-letters', 'replay', idOn('intents'), '--person', 'anna')).out).toContain(
      'replayed',
    );
    await world.settled(group, since, (event) => event.cause === 'request');
    expect((await run('dead-letters', 'discard', '--all', '--person', 'anna')).out).toContain('discarded');
    expect((await run('audit', '--code', 'deadLetter.discarded')).out).toContain('by anna');
  });
});
