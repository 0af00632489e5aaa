import { expect, vi } from 'vitest';
import { HeldPlan } from '../../shared/state/index.ts';
import type { World } from '../e2e/world.ts';

/** A plan that waits for a person: a group of which more members went than the budgets let go. */
export async function heldPlan(world: World, name: string): Promise<HeldPlan> {
  const id = await createGroup(world, name, await peopleOf(world, 130));
  const writeback = (isEnabled: boolean) =>
    world.graph('PATCH', `/beta/groups/${id}`, { writebackConfiguration: { isEnabled } });
  let since = world.mark();
  await writeback(false);
  await world.decided(id, 'freeze', since);
  for (const person of await peopleOf(world, 130))
    await world.graph('DELETE', `/v1.0/groups/${id}/members/${person}/$ref`);
  await vi.waitFor(() => expect(world.stack.parts.broker?.counts('changes').active).toBe(0), 20_000);
  since = world.mark();
  await writeback(true);
  await world.settled(id, since, ({ result }) => result === 'held');
  const { value } = (await (await world.api('/holds')).json()) as { value: unknown[] };
  const held = value.map((one) => HeldPlan.omit({ plan: true, intent: true }).parse(one));
  const { holdId } = held.find(({ object }) => object.id === id) ?? { holdId: '' };
  return HeldPlan.parse(await (await world.api(`/holds/${holdId}`)).json());
}

/** Ids of the first synchronised users of the tenant. */
export async function peopleOf(world: World, count: number): Promise<readonly string[]> {
  const path = '/v1.0/users?$top=999&$select=id,onPremisesSecurityIdentifier';
  const { value } = (await world.graph('GET', path)) as {
    value: { id: string; onPremisesSecurityIdentifier?: string }[];
  };
  return value
    .filter(({ onPremisesSecurityIdentifier }) => onPremisesSecurityIdentifier)
    .slice(0, count)
    .map(({ id }) => id);
}

/** A Microsoft 365 group with these members, when it is in AD. */
export async function createGroup(
  world: World,
  displayName: string,
  members: readonly string[],
): Promise<string> {
  const since = world.mark();
  const links = members.map((id) => `https://graph.microsoft.com/v1.0/users/${id}`);
  const body = {
    displayName,
    groupTypes: ['Unified'],
    mailEnabled: true,
    mailNickname: displayName.replaceAll(' ', ''),
    securityEnabled: false,
    ...(links.length > 0 && { 'members@odata.bind': links.slice(0, 20) }),
  };
  const id = String((await world.graph('POST', '/v1.0/groups', body)).id);
  for (let at = 20; at < links.length; at += 20)
    await world.graph('PATCH', `/v1.0/groups/${id}`, { 'members@odata.bind': links.slice(at, at + 20) });
  await world.settled(id, since, ({ result }) => result === 'applied');
  const written = async () => (await world.adGroup(id))?.values.member?.length ?? 0;
  await vi.waitFor(async () => expect(await written()).toBe(members.length), 20_000);
  return id;
}
