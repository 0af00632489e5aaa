import { ServiceBusClient } from '@azure/service-bus';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

/** A violation of the running product reaches people, with what they must do. */

let world: World;

beforeAll(async () => {
  world = await startWorld();
}, 120_000);

afterAll(() => world?.stop());

describe('a message that nobody can read', () => {
  it('is told in Teams and by mail, once, with its remedy', async () => {
    const client = new ServiceBusClient(world.stack.file.serviceBus.connectionString);
    try {
      await client
        .createSender('changes')
        .sendMessages({ body: Buffer.from('{"version":7,"body":{}}'), sessionId: 'group:x' });
      const { teams, mail } = world.stack.parts;
      const [card, letter] = await Promise.all([
        teams.messages.waitFor(({ text }) => text.includes('MESSAGE_REJECTED'), 40_000),
        mail.messages.waitFor(({ text }) => (text ?? '').includes('MESSAGE_REJECTED'), 40_000),
      ]);
      expect(card.text).toContain('version 7');
      expect(letter.to).toEqual(['identity-team@contoso.com']);
      expect(teams.messages.all()).toHaveLength(1);
    } finally {
      await client.close();
    }
  }, 60_000);
});
