import type { Done } from './apply-prepare.ts';
import type { Permission } from './permission.ts';
import type { Right } from './security/rights.ts';
import { shown } from './shown.ts';
import type { PreparePlan, Step } from './steps.ts';

/** What will be done, for a person to agree to. */
export function renderPlan({ steps, notes }: PreparePlan): string {
  const remarks = notes.map((note) => `Note: ${shown(note)}\n`);
  if (steps.length === 0) return ['Nothing to do: the forest is prepared as asked.\n', ...remarks].join('');
  const blocks = steps.map(
    (step) =>
      `${headOf(step)}\n${linesOf(step)
        .map((line) => `    ${shown(line)}\n`)
        .join('')}`,
  );
  return [...blocks, ...remarks].join('');
}

/** What was done, one line for each step. */
export function renderDone({ step, wrote }: Done): string {
  if (!wrote) return `Already so: ${shown(step.dn)}\n`;
  return step.do === 'create'
    ? `Created ${shown(step.dn)}\n`
    : `Added ${step.permissions.length} ${step.permissions.length === 1 ? 'entry' : 'entries'} to the permissions of ${shown(step.dn)}\n`;
}

const headOf = (step: Step): string =>
  shown(step.do === 'create' ? `Create ${step.dn}` : `Add to the permissions of ${step.dn}`);

function linesOf(step: Step): readonly string[] {
  if (step.do === 'create') {
    return [
      `objectClass: ${step.objectClass}`,
      ...Object.entries(step.attributes).map(([name, value]) => `${name}: ${value}`),
    ];
  }
  const ownership = step.needsOwnership ? ['first take ownership for Administrators, where needed'] : [];
  return [...ownership, ...merged(step.permissions)];
}

/** Entries that differ in the attribute alone are told in one line. */
function merged(permissions: readonly Permission[]): readonly string[] {
  const groups = Map.groupBy(permissions, (one) =>
    [one.trustee.sid, one.rights.join(), one.reach, one.onlyClass?.guid].join(' '),
  );
  return [...groups.values()].map((group) => sentence(group));
}

const verbs: Readonly<Record<Right, string>> = {
  CC: 'create',
  DC: 'delete',
  LC: 'list what is in it',
  RP: 'read',
  WP: 'write',
  CR: 'use the right',
  SD: 'delete it',
  RC: 'read permissions',
  WD: 'change permissions',
  WO: 'take ownership',
};

function sentence(group: readonly Permission[]): string {
  const [first] = group;
  if (first === undefined) return '';
  const what = group.flatMap(({ object }) => object?.name ?? []).join(', ');
  const who = `${first.trustee.name}: ${first.rights.map((right) => verbs[right]).join(' and ')}`;
  const where = {
    here: 'on this object',
    hereAndBelow: 'here and in containers below',
    below: `on every ${first.onlyClass?.name ?? 'object'} below`,
  }[first.reach];
  return [who, what, where].filter((part) => part !== '').join(' ');
}
