import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { Attribute, Change } from 'ldapts';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type LdapProxy, startLdapProxy } from '../../local/ldap-proxy/ldap-proxy.ts';
import { withConnection } from '../../local/samba/connection.ts';
import { find } from '../../local/samba/search.ts';
import { startSeededController } from '../../local/samba/seeded-controller.ts';
import { type Broker, startBroker } from '../../local/service-bus/broker.ts';
import { openAppliedRecord } from '../../relay/guard/applied-record.ts';
import { createBus } from '../../shared/bus/index.ts';
import type { DesiredGroup, Intent, Outcome } from '../../shared/domain/index.ts';
import { HoldCommand, sessionOf } from '../../shared/domain/index.ts';
import { at, bySid, complete, delta, desiredGroup, writeIntent } from './intents.ts';
import { collectOutcomes } from './outcomes.ts';
import { type RelayFolder, type RelayProcess, relayFolder, startProcess } from './process.ts';

/** A relay that is killed in the middle of a plan that a person approved: who finishes it, and how far. */

let controller: Awaited<ReturnType<typeof startSeededController>>;
let proxy: LdapProxy;
let broker: Broker;
let client: ServiceBusClient;
let folder: RelayFolder;
const running: RelayProcess[] = [];
const outcomes: Outcome[] = [];
const collecting = new AbortController();

beforeAll(async () => {
  controller = await startSeededController({ seed: { writeback: ['group'] } });
  proxy = await startLdapProxy({ upstream: { url: controller.dc.url, caFile: controller.dc.caFile } });
  // Whoever is killed keeps the lock of a session until it expires.
  const entities = JSON.parse((await readFile('infra/service-bus.json', 'utf8')).replaceAll('PT1M', 'PT2S'));
  broker = await startBroker({ entities });
  client = new ServiceBusClient(broker.connectionString);
  folder = await relayFolder();
  await folder.write('password.txt', controller.directory.serviceAccount.password);
  void collectOutcomes(client, collecting.signal, (outcome) => outcomes.push(outcome));
});
afterEach(async () => {
  proxy.faults.clear();
  await killAll();
});
afterAll(async () => {
  collecting.abort();
  await client.close();
  await broker.stop();
  await proxy.stop();
  await controller.dc.stop();
  await folder.remove();
});

/** Six members go in one request, so that a plan of eighteen has a middle. */
async function start(name: string): Promise<RelayProcess> {
  const file = await folder.write(`${name}.yaml`, {
    name,
    mode: 'run',
    directory: {
      urls: [proxy.url],
      caFile: proxy.caFile,
      bindDn: controller.directory.serviceAccount.bindDn,
      passwordFile: 'password.txt',
      memberChunk: 6,
    },
    serviceBus: { connectionString: broker.connectionString },
    containers: [controller.directory.writebackOu],
    budgets: { memberRemovalsPerGroup: { floor: 3 } },
    stateDirectory: join(folder.path, name),
    health: { port: 0 },
  });
  const relay = startProcess(['--config', file]);
  running.push(relay);
  await relay.logged('relay.ready');
  return relay;
}

async function killAll(): Promise<void> {
  for (const relay of running.splice(0)) {
    relay.signal('SIGKILL');
    await relay.exited;
  }
}

const people = (from: number, to: number) =>
  controller.directory.people.slice(from, to).map(({ sid }) => bySid(sid));
const namesOf = (from: number, to: number) =>
  controller.directory.people
    .slice(from, to)
    .map(({ dn }) => dn)
    .sort();
const membersOf = async ({ commonName }: DesiredGroup): Promise<readonly string[]> => {
  const dn = `CN=${commonName},${controller.directory.writebackOu}`;
  return [...((await find(controller.dc, dn, ['member']))?.values.member ?? [])].sort();
};
const send = (intent: Intent): Promise<void> => createBus(client).send('intents', [{ body: intent }]);
async function outcomeOf(intent: Intent, after = 0): Promise<Outcome> {
  const found = (): Outcome | undefined =>
    outcomes.slice(after).find(({ intentId }) => intentId === intent.intentId);
  await vi.waitUntil(found, { timeout: 25_000, interval: 20 });
  return found() ?? expect.unreachable();
}

/** A held plan that would empty a group of eighteen, approved, and the relay killed after two thirds of it. */
async function killedInTheMiddle(relay: string) {
  await start(relay);
  const desired = desiredGroup();
  const filling = writeIntent(desired, complete(people(0, 18)));
  await send(filling);
  await outcomeOf(filling);
  const emptying = writeIntent(desired, complete([]));
  await send(emptying);
  const { hold, object } = await outcomeOf(emptying);
  if (!hold) throw new Error('The plan is not held.');
  const seen = outcomes.length;
  // The second request is applied, and the relay never hears of it.
  proxy.faults.order({ operation: 'modify', fault: { kind: 'silent' }, after: 1 });
  const { holdId, planHash } = hold;
  const verdict = { verdict: 'approve', person: 'Ada', reason: 'looked at it', at } as const;
  const body = HoldCommand.parse({ type: 'hold', object, holdId, planHash, ...verdict, intent: emptying });
  const sender = client.createSender('intents');
  await sender.sendMessages({
    body: Buffer.from(JSON.stringify({ version: 1, body })),
    sessionId: sessionOf(object),
  });
  await sender.close();
  await vi.waitUntil(async () => (await membersOf(desired)).length === 6, {
    timeout: 20_000,
    interval: 20,
  });
  await killAll();
  return { desired, emptying, seen };
}

describe('an approved plan whose relay is killed in the middle', { timeout: 60_000 }, () => {
  test.each([
    ['by the same relay when it is back', 'one', 'one'],
    ['by another relay, which never knew the held plan', 'two', 'three'],
  ])('is finished %s, without asking again', async (_who, first, second) => {
    const { desired, emptying, seen } = await killedInTheMiddle(first);
    const record = await openAppliedRecord(join(folder.path, first));
    expect((await record.find(emptying.intentId))?.inverse.operations).toMatchObject([
      { op: 'addMembers', members: { length: 18 } },
    ]);
    await start(second);
    expect(await outcomeOf(emptying, seen)).toMatchObject({
      result: 'applied',
      membersRemoved: 6,
      hold: { state: 'applied' },
    });
    expect(await membersOf(desired)).toEqual([]);
    expect(outcomes.slice(seen).filter(({ result }) => result === 'held')).toEqual([]);
  });

  test('is not finished where AD has changed meanwhile, and then nothing more is written', async () => {
    const { desired, emptying, seen } = await killedInTheMiddle('one');
    const left = await membersOf(desired);
    const guest = controller.directory.people[19];
    await addByHand(desired, guest?.dn ?? '');
    await start('one');
    expect(await outcomeOf(emptying, seen)).toMatchObject({
      result: 'failed',
      failure: { code: 'HOLD_STALE', needs: 'retry' },
      hold: { state: 'superseded' },
    });
    expect(await membersOf(desired)).toEqual([...left, guest?.dn ?? ''].sort());
  });

  test('gives no right beyond its end: the same change asked for once more is held', async () => {
    const { desired, emptying, seen } = await killedInTheMiddle('one');
    await start('one');
    expect(await outcomeOf(emptying, seen)).toMatchObject({ result: 'applied' });
    const again = writeIntent(desired, delta(people(0, 18)));
    await send(again);
    await outcomeOf(again);
    const emptied = writeIntent(desired, complete([]));
    await send(emptied);
    expect(await outcomeOf(emptied)).toMatchObject({ result: 'held' });
    expect(await membersOf(desired)).toEqual(namesOf(0, 18));
  });
});

async function addByHand({ commonName }: DesiredGroup, member: string): Promise<void> {
  const change = new Change({
    operation: 'add',
    modification: new Attribute({ type: 'member', values: [member] }),
  });
  await withConnection(controller.dc, (administrator) =>
    administrator.modify(`CN=${commonName},${controller.directory.writebackOu}`, change),
  );
}
