import { execFile } from 'node:child_process';
import { resolve } from 'node:path';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';

/** `sweep` and the sweeps of `status`, run as a person runs them beside the local stack. */

let world: World;
const program = resolve(import.meta.dirname, '../../bin/entra-writeback.mjs');

beforeAll(async () => {
  const policyText = 'groups:\n  - rule: all\n    writeback: true\n';
  world = await startWorld({ policyText, settings: { SYNC_OBJECTS_PER_SECOND: '4' } });
  await world.event(({ event, kind }) => event === 'sweep.answered' && kind === 'group');
}, 120_000);

afterAll(async () => {
  await world?.stop();
});

type Run = { readonly code: number; readonly out: string; readonly error: string };

const run = (...args: readonly string[]): Promise<Run> =>
  new Promise((done) => {
    const given = [program, '--stack', world.stack.stackFile, ...args];
    const environment = { ...process.env, ENTRA_WRITEBACK_URL: '', NO_COLOR: '1', FORCE_COLOR: undefined };
    execFile(process.execPath, given, { env: environment }, (failure, out, error) =>
      done({ code: typeof failure?.code === 'number' ? failure.code : 0, out, error }),
    );
  });

/** Somebody changes the display name of a group in AD by hand. */
async function drift(): Promise<string> {
  const [group] = await world.search('(&(objectClass=group)(adminDescription=Group_*))');
  if (!group) throw new Error('No group was written.');
  await replace(group.dn, 'displayName', 'By hand');
  return group.dn;
}

const replace = (dn: string, type: string, value: string): Promise<void> =>
  world.byHand((client) =>
    client.modify(
      dn,
      new Change({ operation: 'replace', modification: new Attribute({ type, values: [value] }) }),
    ),
  );

const displayNameOf = async (dn: string) => (await world.find(dn))?.values.displayName;

it('the first synchronisation says in the log how far it is: percent, counts, rate and time left', () => {
  const told = world.events.filter(
    ({ event, kind, why }) =>
      event === 'sweep.progress' && kind === 'group' && why === 'firstSynchronisation',
  );
  expect(told.at(-1)).toMatchObject({ phase: 'closing', percent: 100, secondsLeft: 0 });
  expect(told.at(-1)?.done).toBe(told.at(-1)?.total);
  expect(told.at(-1)?.objectsPerSecond).toBeGreaterThan(0);
});

describe('sweep', () => {
  it('--wait shows how far it is, ends with what it came to, and with 0', async () => {
    const { code, out } = await run('sweep', '--kind', 'group', '--full', '--wait');
    expect(out).toMatch(/^groups: begun$/m);
    expect(out).toMatch(/^groups: request: \d+ %, \d+ of \d+, [\d.]+ a second, \d+ s left$/m);
    expect(out).toMatch(/^groups: \d+ looked at, \d+ evaluated$/m);
    expect(code).toBe(0);
  });

  it('--report tells what differs, ends with 2, and writes nothing', async () => {
    const dn = await drift();
    const { code, out } = await run('sweep', '--kind', 'group', '--report', '--wait');
    expect(out).toMatch(/, 1 differ from AD$/m);
    expect(code).toBe(2);
    expect(await displayNameOf(dn)).toEqual(['By hand']);
  });

  it('repairs it where it is not asked only to report, and the next one finds nothing to do', async () => {
    const dn = await drift();
    const since = world.mark();
    const { code, out } = await run('sweep', '--kind', 'group', '--wait');
    expect([code, out]).toEqual([0, expect.stringMatching(/, 1 differed from AD$/m)]);
    await world.event(
      ({ event, operations }) => event === 'outcome.settled' && String(operations) === 'modify',
      since,
    );
    expect(await displayNameOf(dn)).not.toEqual(['By hand']);
    const again = await run('sweep', '--kind', 'group', '--wait', '--json');
    expect(JSON.parse(again.out).sweeps).toMatchObject([
      { kind: 'group', last: { differing: 0, orphans: 0, answered: true } },
    ]);
  });

  it('begins without waiting unless told, one of each kind that the policy writes, and is in the status', async () => {
    const { code, out } = await run('sweep');
    expect(code).toBe(0);
    expect(out).toMatch(/^groups: (begun|one that does the same runs already)$/m);
    expect(out).toMatch(/^users: not written by the policy, nothing to do$/m);
    const { out: status } = await run('status');
    expect(status).toMatch(
      /^ {2}groups {2,}(request: .+|–) {2,}last ended \d+ s ago \(\w+\): \d+ looked at, /m,
    );
  });

  it('that does not end in time says that it goes on, and ends with 1', async () => {
    const { code, error } = await run('sweep', '--kind', 'group', '--full', '--wait', '--timeout', '0.5');
    expect(error).toContain('The time is over; the sweep of groups goes on');
    expect(code).toBe(1);
  });

  it('refuses a kind that there is not', async () => {
    const { code, error } = await run('sweep', '--kind', 'printer');
    expect(error).toContain('Allowed choices are group, user, device');
    expect(code).toBe(1);
  });
});
