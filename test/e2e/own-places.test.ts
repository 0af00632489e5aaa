import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWorld, type World } from './world.ts';

/** A policy whose places are others than those of the demo: the stack makes them and lets the relay write there. */

let world: World;

beforeAll(async () => {
  world = await startWorld({
    policyText: `defaults:
  groups:
    ou: 'OU=Wolke\\, neu,OU=Gruppen'
users:
  - rule: All
    writeback: true
    ou: OU=Elsewhere,DC=other,DC=example
`,
  });
}, 120_000);

afterAll(() => world?.stop());

it('groups are written where the policy puts them', async () => {
  const { id } = (await world.graph('POST', '/v1.0/groups', {
    displayName: 'Vertrieb',
    mailNickname: 'vertrieb',
    mailEnabled: true,
    securityEnabled: false,
    groupTypes: ['Unified'],
  })) as { readonly id: string };
  await world.event((event) => event.event === 'outcome.settled' && event.id === id);
  const group = await world.adGroup(id);
  expect(group?.dn).toBe(`CN=Vertrieb_${id.slice(-12)},OU=Wolke\\, neu,OU=Gruppen,${world.baseDn}`);
});
