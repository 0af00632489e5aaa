import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import tls from 'node:tls';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { startGraph } from '../../local/graph/start.ts';
import { seedSynthetic } from '../../local/graph/synthetic.ts';
import { createTenant } from '../../local/graph/tenant/tenant.ts';
import { type SimulationLine, simulate } from '../../shared/flow/ask/simulate.ts';
import { createGraph } from '../../shared/graph/index.ts';
import { defaultPolicy, loadPolicy } from '../../shared/policy/index.ts';
import { createObjectStates, openStore } from '../../shared/state/index.ts';
import { startWorld } from '../e2e/world.ts';
import { percentile, type Row } from './report.ts';

/** How many evaluations are measured, after as many to warm up as a quarter of them. */
const evaluations = 2000;

/** Size of the tenant that is simulated. */
const groups = 50_000;

/** Evaluation of an inline group through HTTP, and simulation of a large tenant. */
export async function benchEvaluation(): Promise<readonly Row[]> {
  return [...(await benchInline()), ...(await benchSimulation())];
}

/** One caller, one request after the other, the whole product running beside it. */
async function benchInline(): Promise<readonly Row[]> {
  const world = await startWorld();
  try {
    const properties = { displayName: 'Apollo', groupTypes: [], mailEnabled: false, securityEnabled: true };
    const snapshot = { kind: 'group', id: '3a5c3221-c465-48c0-95b8-e9305786a271', properties };
    const body = JSON.stringify({ snapshot });
    const once = async (): Promise<number> => {
      const start = performance.now();
      const response = await world.api('/policy/evaluate', { method: 'POST', body });
      if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
      await response.arrayBuffer();
      return performance.now() - start;
    };
    for (let index = 0; index < evaluations / 4; index += 1) await once();
    const times: number[] = [];
    for (let index = 0; index < evaluations; index += 1) times.push(await once());
    return [
      { what: 'evaluation of an inline group through HTTP, p50', value: percentile(times, 0.5), unit: 'ms' },
      { what: 'evaluation of an inline group through HTTP, p99', value: percentile(times, 0.99), unit: 'ms' },
    ];
  } finally {
    await world.stop();
  }
}

/** Heap is measured after a collection: what is kept, not what is about to be thrown away. */
async function benchSimulation(): Promise<readonly Row[]> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const kept = (): number => {
    collect();
    return process.memoryUsage().heapUsed / 1024 / 1024;
  };
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-bench-'));
  const tenant = createTenant({ tenantId: '9a3d526c-b3c1-4479-ba74-197b5c5751ae' });
  seedSynthetic(tenant, { users: 100, groups, memberships: 0 });
  const token = 'bench';
  const double = await startGraph({
    tenant,
    certificateDirectory: folder,
    adminToken: token,
    verifyToken: () => undefined,
  });
  try {
    tls.setDefaultCACertificates([
      ...tls.getCACertificates('default'),
      await readFile(double.caFile, 'utf8'),
    ]);
    const now = (): Date => new Date();
    const graph = createGraph({
      baseUrl: double.url,
      credential: { getToken: async () => ({ token, expiresOnTimestamp: Date.now() + 3_600_000 }) },
      now,
      random: Math.random,
    });
    const states = createObjectStates(await openStore('memory:'), now);
    const candidate = loadPolicy(candidateText);
    if (!candidate.ok) throw new Error('The candidate policy of the bench does not load.');
    const request = {
      policy: defaultPolicy(),
      candidate: candidate.policy,
      kinds: ['group'] as const,
      limit: groups,
      deadline: new Date(Date.now() + 600_000),
    };
    const before = kept();
    let most = before;
    let created = 0;
    const times: number[] = [];
    const start = performance.now();
    let last: SimulationLine | undefined;
    for await (const line of simulate(request, { graph, states, context: async () => ({}), now })) {
      last = line;
      if (line.type === 'object') created += 1;
      if (line.type !== 'progress') continue;
      times.push(performance.now());
      if (line.evaluated % 10_000 < 1000) most = Math.max(most, kept());
    }
    if (last?.type !== 'summary') throw new Error(`The simulation ended with ${JSON.stringify(last)}.`);
    return [
      { what: `groups simulated, of which ${created} named`, value: last.evaluated, unit: '' },
      { what: 'the whole simulation', value: (performance.now() - start) / 1000, unit: 's' },
      { what: 'each of the first 5,000 groups', value: between(times[0], times[5]), unit: 'µs' },
      {
        what: 'each of the last 5,000 groups',
        value: between(times.at(-6), times.at(-1)),
        unit: 'µs',
      },
      { what: 'groups of which the members were counted', value: last.sizes.counted, unit: '' },
      { what: 'heap kept beyond the start, at most', value: most - before, unit: 'MB' },
    ];
  } finally {
    await double.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Microseconds for each of the 5,000 groups between two lines of progress. */
const between = (from = Number.NaN, to = Number.NaN): number => ((to - from) * 1000) / 5000;

const candidateText = `groups:
  - rule: Every tenth
    when: { attribute: displayName, operator: regexMatch, value: "0$" }
    writeback: true
    ou: OU=Tenths,OU=EntraWriteback
  - rule: Security groups
    when: { attribute: kind, operator: equals, value: security }
`;
