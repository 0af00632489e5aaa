import type { DesiredObject } from '../../shared/domain/index.ts';

/** Characters that a sAMAccountName must not have (MS-ADTS §3.1.1.6, MS-SAMR §3.1.1.8.4). */
const forbiddenInSam = /["/\\[\]:;|=,+*?<>\p{Cc}]/u;

/** Why AD would not take the names of a desired object, or undefined. Samba takes more than AD does. */
export function nameObjection(desired: DesiredObject): string | undefined {
  const fallback = desired.kind === 'device' ? undefined : desired.fallback;
  const commonNames = [desired.commonName, ...(fallback ? [fallback.commonName] : [])];
  const objection = commonNames.map(commonNameObjection).find((one) => one !== undefined);
  if (objection !== undefined || desired.kind === 'device') return objection;
  const longest = desired.kind === 'user' ? 20 : 256;
  return [desired.samAccountName, ...(fallback ? [fallback.samAccountName] : [])]
    .map((name) => samObjection(name, longest))
    .find((one) => one !== undefined);
}

function commonNameObjection(name: string): string | undefined {
  if (/\p{Cc}/u.test(name)) return `The name "${printable(name)}" has a control character.`;
  return name.trim() === '' ? 'The name is blank.' : undefined;
}

function samObjection(name: string, longest: number): string | undefined {
  const [bad] = forbiddenInSam.exec(name) ?? [];
  if (bad) return `The sAMAccountName "${printable(name)}" has the character "${printable(bad)}".`;
  if (/^[. ]*$/.test(name)) return `The sAMAccountName "${name}" has no letter or digit.`;
  if (name.endsWith('.')) return `The sAMAccountName "${name}" ends with a full stop.`;
  return name.length > longest
    ? `The sAMAccountName "${name}" has ${name.length} characters; AD takes ${longest}.`
    : undefined;
}

const printable = (text: string): string => text.replace(/\p{Cc}/gu, '\ufffd');
