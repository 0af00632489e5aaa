import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { createBus } from '../../shared/bus/index.ts';
import { momentOf } from '../../shared/domain/index.ts';
import { violation } from '../shared/alerts/samples.ts';
import { startWorld, type World } from './world.ts';

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 120_000);

afterAll(() => world?.stop());

/** Of how many incidents of the storm messages tell, alone or by the number of their code. */
function toldIn(messages: readonly { readonly text: string }[]): number {
  const code = '(?:GROUP_TOO_LARGE|NAME_COLLISION)';
  const text = messages.map((one) => one.text).join('\n');
  const many = [...text.matchAll(new RegExp(`([\\d,]+) × ${code}`, 'g'))].map(([, count = '0']) =>
    Number(count.replace(',', '')),
  );
  const alone = [...text.matchAll(new RegExp(`^${code} · error · new`, 'gm'))];
  return many.reduce((sum, count) => sum + count, alone.length);
}

it('A storm of 1,000 violations is told completely in one or two cards and mails, and holds up no writeback', async () => {
  const { teams, mail } = world.stack.parts;
  const [cards, mails] = [teams.messages.all().length, mail.messages.all().length];
  const client = new ServiceBusClient(world.stack.file.serviceBus.connectionString);
  const at = momentOf(new Date());
  const notices = Array.from({ length: 1000 }, (_, group) => ({
    body: {
      incidentId: `storm-${group}`,
      event: 'opened' as const,
      violation: violation(group % 2 ? 'NAME_COLLISION' : 'GROUP_TOO_LARGE', { group, at }),
      count: 1,
      openedAt: at,
    },
  }));
  try {
    const since = world.mark();
    await createBus(client).send('alerts', notices);
    const { id } = await world.graph('POST', '/v1.0/groups', {
      displayName: 'In the storm',
      groupTypes: ['Unified'],
      mailEnabled: true,
      mailNickname: 'storm',
      securityEnabled: false,
    });
    await world.settled(String(id), since, (event) => event.result === 'applied');
    expect(teams.messages.all()).toHaveLength(cards);
  } finally {
    await client.close();
  }
  // A notice that was slow may come after the lull, and so in a second message.
  await vi.waitUntil(() => toldIn(teams.messages.all()) === 1000 && toldIn(mail.messages.all()) === 1000, {
    timeout: 120_000,
    interval: 200,
  });
  for (const { card } of teams.messages.all())
    expect(Buffer.byteLength(JSON.stringify(card))).toBeLessThan(20_000);
  expect(teams.messages.all().length - cards).toBeLessThanOrEqual(2);
  expect(mail.messages.all().length - mails).toBeLessThanOrEqual(2);
}, 180_000);
