import { startWorld, type World } from '../e2e/world.ts';
import { percentile, type Row } from './report.ts';

/** How many changes a second, and for how long. */
const rate = 10;
const seconds = 20;

/**
 * Latency from the receipt of the webhook to the commit in AD: descriptions and members of twenty
 * groups change ten times a second, through the whole running product.
 */
export async function benchLatency(): Promise<readonly Row[]> {
  const world = await startWorld();
  try {
    const users = await world.graph('GET', '/v1.0/users?$top=100&$select=id,onPremisesSecurityIdentifier');
    const people = (users.value as { id: string; onPremisesSecurityIdentifier: string | null }[]).filter(
      (user) => user.onPremisesSecurityIdentifier,
    );
    const groups: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      const since = world.mark();
      const group = await world.graph('POST', '/v1.0/groups', {
        displayName: `Bench ${index}`,
        mailNickname: `bench${index}`,
        mailEnabled: true,
        securityEnabled: false,
        groupTypes: ['Unified'],
      });
      groups.push(String(group.id));
      await world.settled(String(group.id), since, (event) => event.result === 'applied');
    }
    const since = world.mark();
    const total = rate * seconds;
    const start = performance.now();
    for (let index = 0; index < total; index += 1) {
      await until(start + (index * 1000) / rate);
      const group = groups[index % groups.length] ?? '';
      const person = people[Math.floor(index / groups.length) % people.length]?.id ?? '';
      if (index % 2 === 0)
        void world.graph('PATCH', `/v1.0/groups/${group}`, { description: `Change ${index}` });
      else
        void world.graph('POST', `/v1.0/groups/${group}/members/$ref`, {
          '@odata.id': `https://graph.microsoft.com/v1.0/directoryObjects/${person}`,
        });
    }
    const applied = (): readonly number[] =>
      world.events
        .slice(since)
        .filter((event) => event.event === 'outcome.settled' && event.result === 'applied')
        .map((event) => Number(event.totalMs));
    await world
      .event(() => applied().length >= total, since, `${total} applied changes`)
      .catch(() => undefined);
    const times = applied();
    const acknowledged = await acknowledgements(world, groups);
    return [
      { what: `changes written of ${total} at ${rate} a second`, value: times.length, unit: '' },
      { what: 'webhook receipt to AD commit, p50', value: percentile(times, 0.5), unit: 'ms' },
      { what: 'webhook receipt to AD commit, p99', value: percentile(times, 0.99), unit: 'ms' },
      { what: 'webhook acknowledged, p50', value: percentile(acknowledged, 0.5), unit: 'ms' },
      { what: 'webhook acknowledged, p99', value: percentile(acknowledged, 0.99), unit: 'ms' },
    ];
  } finally {
    await world.stop();
  }
}

const until = (at: number): Promise<void> =>
  new Promise((resolve) => setTimeout(resolve, Math.max(0, at - performance.now())));

/** A notification after the other, each for one of the groups; the time until its 202. */
async function acknowledgements(world: World, groups: readonly string[]): Promise<readonly number[]> {
  const { url } = world.stack.file.functions;
  const times: number[] = [];
  for (let index = 0; index < 200; index += 1) {
    const id = groups[index % groups.length];
    const item = {
      changeType: 'updated',
      clientState: world.stack.parts.clientState,
      resource: `Groups/${id}`,
      resourceData: { id },
    };
    const start = performance.now();
    const response = await fetch(`${url}/api/notifications`, {
      method: 'POST',
      body: JSON.stringify({ value: [item] }),
    });
    await response.arrayBuffer();
    times.push(performance.now() - start);
  }
  return times;
}
