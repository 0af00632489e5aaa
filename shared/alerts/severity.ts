import { Severity } from '../domain/index.ts';

const order = Severity.options;

/** Whether a severity is this one or a higher one. */
export const isAtLeast = (severity: Severity, least: Severity): boolean =>
  order.indexOf(severity) >= order.indexOf(least);

/** For sorting: the highest severity first. */
export const bySeverity = (one: Severity, other: Severity): number =>
  order.indexOf(other) - order.indexOf(one);

/** The highest of some severities; undefined of none. */
export const highest = (severities: readonly Severity[]): Severity | undefined =>
  severities.toSorted(bySeverity)[0];
