import { expect, it } from 'vitest';
import { createGroup, minute, startedWorld } from './world.ts';

it('a violation about members that are left out stays open until they are looked at again', async () => {
  const world = await startedWorld();
  const cloudOnly = world.tenant.create('user', {
    displayName: 'Cloud Only',
    userPrincipalName: 'cloud.only@contoso.com',
    accountEnabled: true,
  });
  const id = createGroup(world, [cloudOnly.id]);
  await world.pass(minute);
  const told = () =>
    world.alerts
      .filter(({ violation }) => violation.about?.id === id)
      .map(({ event, violation }) => `${event} ${violation.code}`);
  expect(told()).toEqual(['opened MEMBER_WITHOUT_ACCOUNT']);

  world.tenant.update(id, { description: 'says nothing of members' });
  await world.pass(minute);
  expect(told()).toEqual(['opened MEMBER_WITHOUT_ACCOUNT']);

  world.tenant.unlink('members', id, [cloudOnly.id]);
  await world.pass(minute);
  expect(told()).toEqual(['opened MEMBER_WITHOUT_ACCOUNT', 'resolved MEMBER_WITHOUT_ACCOUNT']);
});
