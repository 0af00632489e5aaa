import { aceOf } from './permission.ts';
import { sddlOf } from './security/sddl.ts';
import type { CreateStep, GrantStep, PreparePlan } from './steps.ts';

/**
 * The objects of a plan as LDIF (RFC 2849) for `ldifde -i -k`. Permissions cannot be added by LDIF, only replaced as a
 * whole, so they stand in it as remarks; the script adds them.
 */
export function renderLdif({ steps }: PreparePlan): string {
  const creations = steps.filter((step) => step.do === 'create');
  const grants = steps.filter((step) => step.do === 'grant');
  const head = '# Objects that writeback needs. Read it, then load it: ldifde -i -k -f <this file>\n';
  return [head, ...creations.map(entry), ...grants.map(remark)].join('\n');
}

const entry = ({ dn, objectClass, attributes }: CreateStep): string =>
  [
    line('dn', dn),
    line('changetype', 'add'),
    line('objectClass', objectClass),
    ...Object.entries(attributes).map(([name, value]) => line(name, value)),
  ].join('');

const remark = ({ dn, permissions }: GrantStep): string =>
  [
    `# The script adds to the permissions of ${oneLine(dn)}:\n`,
    ...permissions.map((permission) =>
      `#   ${sddlOf(aceOf(permission))} ${oneLine(permission.object?.name ?? '')}`.trimEnd().concat('\n'),
    ),
  ].join('');

/** A value that begins or ends with a space, or holds other than printable ASCII, goes in base64 (RFC 2849 §2). */
function line(name: string, value: string): string {
  const safe = /^[!-9;=-~][ -~]*$/.test(value) && !value.endsWith(' ');
  return safe ? `${name}: ${value}\n` : `${name}:: ${Buffer.from(value, 'utf8').toString('base64')}\n`;
}

const oneLine = (text: string): string => text.replace(/\p{Cc}/gu, '?');
