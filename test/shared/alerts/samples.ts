import type { AlertRecord } from '../../../shared/alerts/state/alert-record.ts';
import {
  EntraId,
  momentOf,
  type Violation,
  type ViolationCode,
  violationCodes,
} from '../../../shared/domain/index.ts';

/** The id of the group number so and so. */
export const groupId = (number: number): EntraId =>
  EntraId.parse(`00000000-0000-4000-8000-${String(number).padStart(12, '0')}`);

export const at = (text: string): Date => new Date(text);

/** A violation of a group, as evaluation raises it. */
export function violation(
  code: ViolationCode = 'GROUP_TOO_LARGE',
  over: Partial<Violation> & { readonly group?: number } = {},
): Violation {
  const { group = 1, ...rest } = over;
  return {
    code,
    severity: violationCodes[code].severity,
    about: { kind: 'group', id: groupId(group) },
    subject: `Group ${group}`,
    rule: 'finance',
    message: '312,500 members are more than the 250,000 that the rule allows.',
    remedy: violationCodes[code].remedy,
    at: momentOf(at('2027-03-01T10:00:00Z')),
    details: {},
    ...rest,
  };
}

/** An alert of which nobody has been told. */
export function alert(over: Partial<AlertRecord> = {}): AlertRecord {
  const of = over.violation ?? violation();
  return {
    incidentId: `incident-${of.code}-${of.about?.id ?? of.subject}`,
    violation: of,
    count: 1,
    openedAt: of.at,
    heardAt: of.at,
    told: {},
    heard: {},
    ...over,
  };
}
