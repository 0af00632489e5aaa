import type { Operation } from '../../shared/domain/index.ts';
import { type Hold, inWords } from './hold.ts';

const mostListed = 200;

/** A held plan as a page that a person can read before deciding. Values of attributes are named, not shown. */
export function holdMarkdown(hold: Hold): string {
  const { plan, exceeded, verdict } = hold;
  return [
    `# Held plan for ${code(hold.displayName)}`,
    '',
    `| | |`,
    `|---|---|`,
    `| Hold | ${code(hold.holdId)} |`,
    `| State | ${hold.state} |`,
    `| Object | ${hold.object.kind} ${code(hold.object.id)} |`,
    `| Cause and reason | ${hold.intent.cause}, ${hold.intent.reason}${hold.intent.rule === null ? '' : `, rule ${code(hold.intent.rule)}`} |`,
    `| Held, expires | ${hold.heldAt}, ${hold.expiresAt} |`,
    `| Plan hash | ${code(hold.planHash)} |`,
    ...(verdict
      ? [
          `| Verdict | ${verdict.verdict} by ${code(verdict.person)}, ${verdict.at}: ${code(verdict.reason)} |`,
        ]
      : []),
    '',
    '## Why it is held',
    '',
    ...exceeded.map((one) => `* ${inWords(one)}.`),
    '',
    '## What it would do',
    '',
    ...plan.operations.flatMap((operation, index) => operationLines(operation, index + 1)),
    '',
  ].join('\n');
}

/** One operation as a numbered step; long lists of members are cut and say so. */
export function operationLines(operation: Operation, number: number): readonly string[] {
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
  return more > 0 ? [...listed, `   * and ${more} more; the JSON beside this page lists all`] : listed;
}

/** Names come from outside: a code span keeps them from becoming links or markup. */
const code = (text: string): string => {
  const oneLine = text.replace(/[\r\n|]+/g, ' ');
  const longest = Math.max(0, ...(oneLine.match(/`+/g) ?? []).map((run) => run.length));
  const fence = '`'.repeat(longest + 1);
  return longest > 0 ? `${fence} ${oneLine} ${fence}` : `${fence}${oneLine}${fence}`;
};
