import { createDraw } from './behaviour/chance.ts';
import { securityGroup } from './contoso/groups.ts';
import { inventUsers, seedSyncedUsers } from './contoso/people.ts';
import type { Seed } from './tenant/ids.ts';
import type { DirectoryObject } from './tenant/objects.ts';
import type { Tenant } from './tenant/tenant.ts';

export type Size = {
  readonly users: number;
  readonly groups: number;
  readonly memberships: number;
  readonly seed?: Seed;
};

/** Fills a tenant for measurements: synced users, security groups, and memberships spread evenly by a seeded draw. */
export const seedSynthetic = (tenant: Tenant, { users, groups, memberships, seed = 1 }: Size) => {
  const people = seedSyncedUsers(tenant, inventUsers(users), '2026-01-05T08:00:00Z');
  const draw = createDraw(seed, 'synthetic');
  const perGroup = Math.min(people.length, Math.floor(memberships / Math.max(1, groups)));
  const made: DirectoryObject[] = Array.from({ length: groups }, (_, index) => {
    const start = Math.floor(draw() * people.length);
    const members = Array.from(
      { length: perGroup },
      (_, offset) => people[(start + offset) % people.length]?.id ?? '',
    );
    return tenant.seed.group(securityGroup(`Group ${index + 1}`, `group-${index + 1}`), { members });
  });
  return { users: people, groups: made, memberships: perGroup * groups };
};
