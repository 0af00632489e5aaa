import { isUnified } from '../../../local/graph/tenant/objects.ts';
import type { Tenant } from '../../../local/graph/tenant/tenant.ts';
import type { ModelAd } from './ad.ts';

/** What AD must hold of a group in the end, worked out from the tenant alone. */
export type Expected = {
  readonly id: string;
  readonly displayName: string;
  readonly description: string | null;
  readonly members: readonly string[];
};

/** Whether the default policy writes this group. */
function isWritten(tenant: Tenant, id: string): boolean {
  const group = tenant.find(id);
  if (group?.kind !== 'group' || group.properties.onPremisesSyncEnabled === true) return false;
  const configuration = group.properties.writebackConfiguration;
  const isEnabled =
    typeof configuration === 'object' && configuration !== null && 'isEnabled' in configuration
      ? configuration.isEnabled
      : null;
  return isUnified(group.properties) ? isEnabled !== false : isEnabled === true;
}

/** Every group that must be in AD now, exactly so. `inAd` says which groups AD has, for those nested. */
export function expectedGroups(tenant: Tenant, groups: readonly string[], inAd: (id: string) => boolean) {
  return groups
    .filter((id) => isWritten(tenant, id))
    .map((id): Expected => {
      const properties = tenant.find(id)?.properties ?? {};
      const members = tenant.store.links.of('members', id).flatMap((member) => {
        const object = tenant.find(member);
        if (object?.kind === 'group') return inAd(member) ? [`group:${member}`] : [];
        const sid = object?.properties.onPremisesSecurityIdentifier;
        return typeof sid === 'string' ? [sid] : [];
      });
      return {
        id,
        displayName: String(properties.displayName),
        description: typeof properties.description === 'string' ? properties.description : null,
        members: members.toSorted(),
      };
    });
}

/** The same of AD, for the groups that are named. */
export function actualGroups(
  ad: ModelAd,
  ids: readonly string[],
): readonly (Expected | { readonly id: string })[] {
  return ids.map((id) => {
    const held = ad.objects.get(`group:${id}`);
    if (!held) return { id };
    const text = (name: string): string | null => {
      const [value] = held.attributes.get(name) ?? [];
      return value === undefined ? null : String(JSON.parse(value));
    };
    return {
      id,
      displayName: text('displayName') ?? '',
      description: text('description'),
      members: [...held.members].toSorted(),
    };
  });
}
