import { createHash, randomUUID } from 'node:crypto';
import type { ObjectKind } from '../../shared/domain/index.ts';
import { startWorld, type World } from '../e2e/world.ts';
import { processorSeconds } from './processor-time.ts';
import type { Row } from './report.ts';

/** How many objects of the kind the tenant has; fewer for a quick look. */
const size = Number(process.env.BENCH_OBJECTS ?? 10_000);

const policyText = `
users:
  - rule: Bench
    when: { attribute: department, operator: equals, value: Bench }
    upnSuffixes: { contoso.com: lab.test }
devices:
  - rule: Bench
    when: { attribute: displayName, operator: startsWith, value: BENCH }
`;

/**
 * The budgets of a company of that size, for the one day on which it switches on; as many writes at a time as the relay can,
 * since those that come together share the searches for markers; and no pace but that of the parts.
 */
const options = {
  policyText,
  relay: { concurrency: 64, budgets: { creations: { perHour: 100_000, perDay: 100_000 } } },
  settings: { SYNC_OBJECTS_PER_SECOND: '1000' },
};

/** 10,000 cloud-only users through the whole product: accounts made, then a sweep that finds nothing to do. */
export const benchUsers = (): Promise<readonly Row[]> =>
  benchKind('user', (world, index) => {
    const name = `bench${String(index).padStart(5, '0')}`;
    return world.stack.parts.graph?.tenant.seed.user({
      accountEnabled: true,
      department: 'Bench',
      displayName: `Bench Person ${index}`,
      givenName: 'Bench',
      surname: `Person ${index}`,
      jobTitle: 'Tester',
      mailNickname: name,
      userPrincipalName: `${name}@contoso.com`,
      userType: 'Member',
    }).id;
  });

/** 10,000 devices likewise. */
export const benchDevices = (): Promise<readonly Row[]> =>
  benchKind('device', (world, index) => {
    const digest = (algorithm: string) => createHash(algorithm).update(String(index));
    const key = `X509:<SHA1-TP-PUBKEY>${digest('sha1').digest('hex').toUpperCase()}${digest('sha256').digest('base64')}`;
    return world.stack.parts.graph?.tenant.seed.device({
      accountEnabled: true,
      alternativeSecurityIds: [{ type: 2, key: Buffer.from(key, 'utf16le').toString('base64') }],
      deviceId: randomUUID(),
      displayName: `BENCH-${index}`,
      isCompliant: true,
      isManaged: true,
      operatingSystem: 'Windows',
      operatingSystemVersion: '10.0.26100.1742',
      trustType: 'AzureAd',
    }).id;
  });

async function benchKind(
  kind: ObjectKind,
  seed: (world: World, index: number) => string | undefined,
): Promise<readonly Row[]> {
  const world = await startWorld(options);
  try {
    await firstSweep(world, kind);
    const ids = new Set<string>();
    for (let index = 0; index < size; index += 1) ids.add(seed(world, index) ?? '');
    const first = await sweep(world, kind, ids);
    const second = await sweep(world, kind, new Set());
    return [
      { what: `${kind}s written the first time`, value: first.applied, unit: '' },
      { what: 'until the last one was in AD', value: first.seconds, unit: 's' },
      { what: 'written a second', value: first.applied / first.seconds, unit: '' },
      { what: 'processor time of all parts for each', value: (first.processor * 1000) / size, unit: 'ms' },
      { what: 'written by a sweep that follows', value: second.applied, unit: '' },
      { what: 'the whole sweep', value: second.seconds, unit: 's' },
      { what: 'looked at a second', value: size / second.seconds, unit: '' },
      { what: 'processor time of all parts for each', value: (second.processor * 1000) / size, unit: 'ms' },
    ];
  } finally {
    await world.stop();
  }
}

/** The first sweep begins by itself; on a busy machine it takes longer than an event is waited for. */
async function firstSweep(world: World, kind: ObjectKind): Promise<void> {
  const isIt = ({ event, kind: of }: (typeof world.events)[number]) =>
    event === 'sweep.finished' && of === kind;
  while (!world.events.some(isIt)) await new Promise((resolve) => setTimeout(resolve, 100));
}

/** From the call that begins a sweep until the relay has compared all, and AD has every object that is waited for. */
async function sweep(world: World, kind: ObjectKind, awaited: ReadonlySet<string>) {
  const since = world.mark();
  const before = await processorSeconds();
  const start = performance.now();
  const answer = await world.api('/sweep', { method: 'POST', body: JSON.stringify({ kind }) });
  if (!answer.ok) throw new Error(`The sweep answered ${answer.status}: ${await answer.text()}`);
  const { sweeps } = (await answer.json()) as { sweeps: readonly { readonly id: string }[] };
  const waiting = new Set(awaited);
  const problems: unknown[] = [];
  let applied = 0;
  let ended = false;
  for (let next = since; waiting.size > 0 || !ended; ) {
    const news = world.events.slice(next);
    next += news.length;
    for (const event of news) {
      if (event.event === 'sweep.answered' && event.sweepId === sweeps[0]?.id) ended = true;
      if (event.event !== 'outcome.settled' || event.kind !== kind || event.result === 'unchanged') continue;
      if (event.result !== 'applied') problems.push(event);
      else if (waiting.delete(String(event.id)) || awaited.size === 0) applied += 1;
    }
    if (problems.length > 0) throw new Error(`Not everything was written: ${JSON.stringify(problems[0])}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const seconds = (performance.now() - start) / 1000;
  return { applied, seconds, processor: (await processorSeconds()) - before };
}
