import type { DesiredObject } from '../../shared/domain/index.ts';

/** Characters that a sAMAccountName must not have (MS-ADTS §3.1.1.6, MS-SAMR §3.1.1.8.4). */
const forbiddenInSam = /["/\\[\]:;|=,+*?<>\p{Cc}]/u;

/** Why AD would not take the names of a desired object, or undefined. Samba takes more than AD does. */
export function nameObjection(desired: DesiredObject): string | undefined {
  if (/\p{Cc}/u.test(desired.commonName))
    return `The name "${printable(desired.commonName)}" has a control character.`;
  if (desired.commonName.trim() === '') return 'The name is blank.';
  if (desired.kind === 'device') return undefined;
  const name = desired.samAccountName;
  const [bad] = forbiddenInSam.exec(name) ?? [];
  if (bad) return `The sAMAccountName "${printable(name)}" has the character "${printable(bad)}".`;
  if (/^[. ]*$/.test(name)) return `The sAMAccountName "${name}" has no letter or digit.`;
  if (name.endsWith('.')) return `The sAMAccountName "${name}" ends with a full stop.`;
  return undefined;
}

const printable = (text: string): string => text.replace(/\p{Cc}/gu, '\ufffd');
