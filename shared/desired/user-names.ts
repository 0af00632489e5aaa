import { markerOf, type UserSnapshot } from '../domain/index.ts';
import { readUser, userSpace } from '../policy/attributes/user.ts';
import type { UserSettings } from '../policy/settings/user.ts';
import { renderTemplate } from '../policy/template/render.ts';
import { type Names, withFallback } from './group-names.ts';
import { cleanText, commonNameLimit, legalCommonName, legalSamAccountName } from './legal-names.ts';

/** sAMAccountName of users (MS-SAMR §3.1.1.6): AD takes no more. */
export const userSamLimit = 20;

/** Longest userPrincipalName (rangeUpper in the AD schema). */
const upnLimit = 1024;

/** The names of a written user: deterministic, and legal in AD whatever the cloud says. */
export function userNames(user: UserSnapshot, settings: Pick<UserSettings, 'name'>): Names {
  const { name } = settings;
  const read = readUser(user);
  const text = (template: string): string => renderTemplate(template, userSpace, read);
  const names = {
    commonName: legalCommonName(text(name.commonName), user.id, markerOf(user)),
    samAccountName: legalSamAccountName(text(name.samAccountName), user.id, userSamLimit),
  };
  const limits = { commonName: commonNameLimit, samAccountName: userSamLimit };
  return withFallback(names, user.id, name.collision, limits);
}

/**
 * The user principal name, its suffix mapped to one of the forest; one that AD knows by itself already has such
 * a suffix, and is left as it is. Undefined where the template
 * gives none: a UPN has one @ with something on both sides and no white space.
 */
export function userPrincipalName(
  user: UserSnapshot,
  settings: Pick<UserSettings, 'name' | 'upnSuffixes'>,
): string | undefined {
  const template = settings.name.userPrincipalName;
  const upn = cleanText(renderTemplate(template, userSpace, readUser(user)));
  const at = upn.lastIndexOf('@');
  const suffix = upn.slice(at + 1);
  const mapped = Object.entries(settings.upnSuffixes).find(
    ([cloud]) => cloud.toLowerCase() === suffix.toLowerCase(),
  );
  const isKnown = upn.toLowerCase() === user.properties.onPremisesUserPrincipalName?.trim().toLowerCase();
  const result = `${upn.slice(0, Math.max(at, 0))}@${isKnown ? suffix : (mapped?.[1] ?? suffix)}`;
  return /^[^\s@]+@[^\s@]+$/u.test(result) && result.length <= upnLimit ? result : undefined;
}
