import { type GroupSnapshot, markerOf } from '../domain/index.ts';
import { groupSpace, readGroup } from '../policy/attributes/group.ts';
import type { GroupSettings } from '../policy/settings/group.ts';
import { renderTemplate } from '../policy/template/render.ts';
import { commonNameLimit, legalCommonName, legalSamAccountName, withSuffix } from './legal-names.ts';

export type Names = {
  readonly commonName: string;
  readonly samAccountName: string;
  /** What to be called instead where another object has one of the names. */
  readonly fallback?: { readonly commonName: string; readonly samAccountName: string };
};

/** The names of a written group: deterministic, and legal in AD whatever the cloud says. */
export function groupNames(group: GroupSnapshot, settings: Pick<GroupSettings, 'name'>): Names {
  const read = readGroup(group);
  const { name } = settings;
  const text = (template: string): string => renderTemplate(template, groupSpace, read);
  const commonName = legalCommonName(text(name.commonName), group.id, markerOf(group));
  const samAccountName = legalSamAccountName(text(name.samAccountName), group.id, name.samAccountNameLimit);
  const limits = { commonName: commonNameLimit, samAccountName: name.samAccountNameLimit };
  return withFallback({ commonName, samAccountName }, group.id, name.collision, limits);
}

/** Adds the names with the end of the id, where the policy wants them and they differ. */
export function withFallback(
  names: { readonly commonName: string; readonly samAccountName: string },
  id: string,
  collision: 'refuse' | 'appendId',
  limits: { readonly commonName: number; readonly samAccountName: number },
): Names {
  const fallback = {
    commonName: withSuffix(names.commonName, id, limits.commonName),
    samAccountName: withSuffix(names.samAccountName, id, limits.samAccountName),
  };
  const same = fallback.commonName === names.commonName && fallback.samAccountName === names.samAccountName;
  return collision === 'refuse' || same ? names : { ...names, fallback };
}
