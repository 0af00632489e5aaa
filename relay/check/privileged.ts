import type { Token } from './identity.ts';

/** A group by which somebody rules the domain or comes near it. */
export type Privilege = { readonly name: string; readonly rules: 'domain' | 'part' };

/** By the end of the SID within a domain (MS-DTYP §2.4.2.4). */
const inDomain: Readonly<Record<string, Privilege>> = {
  '512': { name: 'Domain Admins', rules: 'domain' },
  '516': { name: 'Domain Controllers', rules: 'domain' },
  '518': { name: 'Schema Admins', rules: 'domain' },
  '519': { name: 'Enterprise Admins', rules: 'domain' },
  '520': { name: 'Group Policy Creator Owners', rules: 'part' },
  '526': { name: 'Key Admins', rules: 'part' },
  '527': { name: 'Enterprise Key Admins', rules: 'part' },
};

const builtin: Readonly<Record<string, Privilege>> = {
  'S-1-5-32-544': { name: 'Administrators', rules: 'domain' },
  'S-1-5-32-548': { name: 'Account Operators', rules: 'part' },
  'S-1-5-32-549': { name: 'Server Operators', rules: 'part' },
  'S-1-5-32-550': { name: 'Print Operators', rules: 'part' },
  'S-1-5-32-551': { name: 'Backup Operators', rules: 'part' },
};

/** The groups of power in a token, directly or through others. Those of the forest root count wherever they come from. */
export function privilegesOf({ sids }: Token): readonly Privilege[] {
  return [...sids].flatMap((sid) => {
    const rid = sid.startsWith('S-1-5-21-') ? sid.slice(sid.lastIndexOf('-') + 1) : '';
    return builtin[sid] ?? inDomain[rid] ?? [];
  });
}
