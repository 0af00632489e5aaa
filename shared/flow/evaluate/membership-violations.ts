import {
  type LeftOut,
  type Moment,
  type Severity,
  type Violation,
  violationCodes,
} from '../../domain/index.ts';
import type { IntentHead } from './intents.ts';

const membershipCodes = ['NESTED_GROUP_NOT_WRITTEN', 'MEMBER_WITHOUT_ACCOUNT'] as const;
type MembershipCode = (typeof membershipCodes)[number];

/** How many members a sentence names. */
const named = 5;

/** One violation for all nested groups that are left out, and one for all other members. */
export function membershipViolations(
  head: Pick<IntentHead, 'object' | 'displayName' | 'decision'>,
  leftOut: readonly LeftOut[],
  severity: Severity | null,
  at: Moment,
): readonly Violation[] {
  const make = (code: MembershipCode, members: readonly LeftOut[]): Violation => ({
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
  return membershipCodes.flatMap((code) => {
    const members = leftOut.filter(({ reason }) => codeOf(reason) === code);
    return members.length > 0 ? [make(code, members)] : [];
  });
}

/** Violations that members who were left out earlier still are. */
export const membershipCodesOf = (leftOut: readonly LeftOut[]): readonly MembershipCode[] =>
  membershipCodes.filter((code) => leftOut.some(({ reason }) => codeOf(reason) === code));

function codeOf(reason: LeftOut['reason']): MembershipCode | undefined {
  if (reason === 'GROUP_NOT_WRITTEN') return 'NESTED_GROUP_NOT_WRITTEN';
  return reason === 'CLOUD_ONLY_USER' || reason === 'DEVICE_NOT_WRITTEN'
    ? 'MEMBER_WITHOUT_ACCOUNT'
    : undefined;
}

function listed(members: readonly LeftOut[]): string {
  const names = members.slice(0, named).map(({ reference }) => reference);
  const more = members.length - names.length;
  return more > 0 ? `${names.join(', ')} and ${more} more` : names.join(', ');
}
