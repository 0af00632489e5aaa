import { readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { startWorld, type World } from './world.ts';

/** A violation of the running product reaches people, with what they must do. */

let world: World;
const mailbox = 'identity-alerts@contoso.com';

beforeAll(async () => {
  world = await startWorld();
}, 120_000);

afterAll(() => world?.stop());

/** A message of a release that does not exist: nobody can read it. */
async function sendUnreadable(session: string, version: number): Promise<void> {
  const client = new ServiceBusClient(world.stack.file.serviceBus.connectionString);
  try {
    await client
      .createSender('changes')
      .sendMessages({ body: Buffer.from(JSON.stringify({ version, body: {} })), sessionId: session });
  } finally {
    await client.close();
  }
}

describe('a message that nobody can read', () => {
  it('is told in Teams and by mail, once, with its remedy', async () => {
    await sendUnreadable('group:x', 7);
    const { teams, mail } = world.stack.parts;
    const [card, letter] = await Promise.all([
      teams.messages.waitFor(({ text }) => text.includes('MESSAGE_REJECTED'), 40_000),
      mail.messages.waitFor(({ text }) => (text ?? '').includes('MESSAGE_REJECTED'), 40_000),
    ]);
    expect(card.text).toContain('version 7');
    expect(letter.to).toEqual(['identity-team@contoso.com']);
    expect(teams.messages.all()).toHaveLength(1);
  }, 60_000);
});

describe('an alerts.yaml that is changed while everything runs', () => {
  const file = (): string => join(dirname(world.stack.stackFile), 'alerts.yaml');

  it('and does not load is told by the routes that were in force; mended, it sends by Graph from a shared mailbox', async () => {
    const { teams, graph } = world.stack.parts;
    await world.graph('POST', '/v1.0/users', {
      accountEnabled: false,
      displayName: 'Identity alerts',
      mailNickname: 'identity-alerts',
      userPrincipalName: mailbox,
      mail: mailbox,
      passwordProfile: { password: 'not-used-1A' },
    });
    const good = parse(await readFile(file(), 'utf8'));
    await writeFile(file(), stringify({ ...good, routes: [{ route: 'x', to: ['nobody'] }] }));
    const broken = await teams.messages.waitFor(({ text }) => text.includes('ALERTS_FILE_INVALID'), 40_000);
    expect(broken.text).toContain('There is no channel nobody.');

    const shared = { kind: 'graphMail', mailbox, to: ['identity-team@contoso.com'] };
    const channels = { ...good.channels, shared };
    await writeFile(file(), stringify({ channels, routes: [{ route: 'all', to: ['shared', 'teams'] }] }));
    await sendUnreadable('group:y', 8);
    const sent = () => JSON.stringify(graph?.tenant.settings.sentMail ?? []);
    await world.event(
      ({ event, channel }) => event === 'alert.sent' && channel === 'shared',
      0,
      'a mail by Graph',
    );
    expect(sent()).toContain(mailbox);
    expect(sent()).toContain('ALERTS_FILE_INVALID');
  }, 90_000);
});
