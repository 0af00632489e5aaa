import type { HoldDecision, HoldState } from './hold.ts';
import type { Moment, ObjectRef } from './ids.ts';
import type { Operation, Plan } from './operation.ts';
import type { PlanCounts } from './plan-counts.ts';

/** What a page about a held plan needs to know. */
export type HeldPage = {
  readonly holdId: string;
  readonly planHash: string;
  readonly state: HoldState;
  readonly object: ObjectRef;
  readonly displayName: string;
  readonly cause: string;
  readonly reason: string;
  readonly rule: string | null;
  readonly plan: Plan;
  readonly planTruncated?: boolean | undefined;
  /** The whole plan in numbers, also where its lists were cut. */
  readonly counts: PlanCounts;
  readonly why: readonly string[];
  readonly heldAt: Moment;
  readonly expiresAt: Moment;
  readonly decision?: HoldDecision | undefined;
};

const mostListed = 200;

/** A held plan as Markdown that a person can read before deciding. Values of attributes are named, not shown. */
export function holdMarkdown(hold: HeldPage): string {
  const { plan, why, decision } = hold;
  return [
    `# Held plan for ${code(hold.displayName)}`,
    '',
    `| | |`,
    `|---|---|`,
    `| Hold | ${code(hold.holdId)} |`,
    `| State | ${hold.state} |`,
    `| Object | ${hold.object.kind} ${code(hold.object.id)} |`,
    `| Cause and reason | ${hold.cause}, ${hold.reason}${hold.rule === null ? '' : `, rule ${code(hold.rule)}`} |`,
    `| Held, expires | ${hold.heldAt}, ${hold.expiresAt} |`,
    `| Plan hash | ${code(hold.planHash)} |`,
    `| In numbers | ${inNumbers(hold.counts)} |`,
    ...(decision
      ? [
          `| Decision | ${decision.verdict} by ${code(decision.person)}, ${decision.at}: ${code(decision.reason)} |`,
        ]
      : []),
    '',
    '## Why it is held',
    '',
    ...why.map((one) => `* ${one}.`),
    '',
    '## What it would do',
    '',
    ...planLines(plan),
    ...(hold.planTruncated ? ['', 'Lists were cut here; the relay keeps the whole plan.'] : []),
    '',
  ].join('\n');
}

/** `2 created, 40000 members removed`; what is none is left out. */
export function inNumbers(counts: PlanCounts): string {
  const parts = [
    [counts.created, 'created'],
    [counts.changed, 'changed'],
    [counts.deleted, 'deleted'],
    [counts.membersAdded, 'members added'],
    [counts.membersRemoved, 'members removed'],
  ] as const;
  return parts.flatMap(([count, what]) => (count > 0 ? [`${count} ${what}`] : [])).join(', ') || 'nothing';
}

/** The operations of a plan as numbered steps; long lists of members are cut and say so. */
export const planLines = ({ operations }: Plan): readonly string[] =>
  operations.flatMap((operation, index) => operationLines(operation, index + 1));

function operationLines(operation: Operation, number: number): readonly string[] {
  const dn = code(operation.dn);
  switch (operation.op) {
    case 'create':
      return [`${number}. Create ${dn} with ${Object.keys(operation.attributes).map(code).join(', ')}.`];
    case 'reanimate':
      return [`${number}. Bring ${dn} back as ${code(operation.to)}.`];
    case 'modify':
      return [`${number}. Change ${Object.keys(operation.replace).map(code).join(', ')} of ${dn}.`];
    case 'move':
      return [`${number}. Rename or move ${dn} to ${code(operation.to)}.`];
    case 'addMembers':
      return [
        `${number}. Add ${operation.members.length} members to ${dn}:`,
        ...memberLines(operation.members),
      ];
    case 'removeMembers':
      return [
        `${number}. Remove ${operation.members.length} members from ${dn}:`,
        ...memberLines(operation.members),
      ];
    case 'delete':
      return [`${number}. Delete ${dn}.`];
  }
}

function memberLines(members: readonly string[]): readonly string[] {
  const listed = members.slice(0, mostListed).map((member) => `   * ${code(member)}`);
  const more = members.length - listed.length;
  return more > 0 ? [...listed, `   * and ${more} more; the JSON of the plan lists all`] : listed;
}

/** Names come from outside: a code span keeps them from becoming links or markup. */
const code = (text: string): string => {
  const oneLine = text.replace(/[\r\n|]+/g, ' ');
  const longest = Math.max(0, ...(oneLine.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${oneLine} ${fence}` : `${fence}${oneLine}${fence}`;
};
