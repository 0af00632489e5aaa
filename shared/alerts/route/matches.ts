import type { Condition, Mute } from '../config/schema.ts';
import { isAtLeast } from '../severity.ts';
import type { AlertRecord } from '../state/alert-record.ts';
import { fits } from './wildcard.ts';

/** Whether an alert is as a condition says. What is not given holds for all. */
export function matches({ violation, place }: AlertRecord, condition: Condition): boolean {
  const { severity, codes, rules, kinds, subjects, places } = condition;
  const { about } = violation;
  return (
    (!severity || isAtLeast(violation.severity, severity)) &&
    (!codes || codes.includes(violation.code)) &&
    (!kinds || (about !== undefined && kinds.includes(about.kind))) &&
    oneFits(violation.rule, rules) &&
    oneFits(violation.subject, subjects) &&
    oneFits(place, places)
  );
}

const oneFits = (text: string | undefined, patterns: readonly string[] | undefined): boolean =>
  !patterns || (text !== undefined && patterns.some((pattern) => fits(text, pattern)));

/** Whether a mute that has not ended covers the alert. */
export const isMuted = (record: AlertRecord, mutes: readonly Mute[], now: Date): boolean =>
  mutes.some((mute) => now.getTime() < Date.parse(mute.until) && matches(record, mute.when));
