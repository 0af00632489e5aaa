import { EntraId } from '../../../shared/domain/index.ts';
import { startSweep } from '../../../shared/flow/sweep/index.ts';
import { seedPeople } from '../../simulation/support/history.ts';
import { createWorld, type World } from '../../simulation/support/world.ts';

/** A sweep of the groups that somebody asks for. */
export const sweep = (world: World, wish: { full?: boolean; report?: boolean } = {}) =>
  startSweep('group', { why: 'request', ...wish }, world.trace, world.around.sweeping);

/** A tenant of so many groups, each with two members, that nobody has synchronised yet. */
export function newWorld(groups: number, settings = {}) {
  const world = createWorld({ settings });
  const people = seedPeople(world);
  const ids = Array.from({ length: groups }, (_, index) =>
    EntraId.parse(
      world.tenant.seed.group(
        {
          displayName: `Group ${index}`,
          mailNickname: `group${index}`,
          mailEnabled: index % 2 === 0,
          securityEnabled: index % 2 === 1,
          groupTypes: index % 2 === 0 ? ['Unified'] : [],
        },
        { members: people.slice(0, 2) },
      ).id,
    ),
  );
  return { ...world, people, ids };
}
