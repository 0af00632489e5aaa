import { type LeftOut, type Moment, type Severity, type Violation, violationCodes } from '../domain/index.ts';
import type { IntentHead } from './intents.ts';

/** How many members a sentence names. */
const named = 5;

/** One violation for all nested groups that are left out, and one for all other members. */
export function membershipViolations(
  head: Pick<IntentHead, 'object' | 'displayName' | 'decision'>,
  leftOut: readonly LeftOut[],
  severity: Severity | null,
  at: Moment,
): readonly Violation[] {
  const groups = leftOut.filter(({ reason }) => reason === 'GROUP_NOT_WRITTEN');
  const accounts = leftOut.filter(
    ({ reason }) => reason === 'CLOUD_ONLY_USER' || reason === 'DEVICE_NOT_WRITTEN',
  );
  const make = (
    code: 'NESTED_GROUP_NOT_WRITTEN' | 'MEMBER_WITHOUT_ACCOUNT',
    members: readonly LeftOut[],
  ): Violation => ({
    code,
    severity: severity ?? violationCodes[code].severity,
    about: head.object,
    subject: head.displayName,
    ...(head.decision.rule !== null && { rule: head.decision.rule }),
    message: `${members.length} left out: ${listed(members)}.`,
    remedy: violationCodes[code].remedy,
    at,
    details: { count: members.length },
  });
  return [
    ...(groups.length > 0 ? [make('NESTED_GROUP_NOT_WRITTEN', groups)] : []),
    ...(accounts.length > 0 ? [make('MEMBER_WITHOUT_ACCOUNT', accounts)] : []),
  ];
}

function listed(members: readonly LeftOut[]): string {
  const names = members.slice(0, named).map(({ reference }) => reference);
  const more = members.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
