import { momentOf, type ObjectRef, type ReadFailure, violationCodes } from '../../domain/index.ts';
import { type ReportDeps, reportViolations } from './report-violations.ts';

const code = 'GRAPH_UNREADABLE';

/**
 * Tells that Graph does not show an object, for a reason that does not pass by itself: what became of it in the cloud
 * does not reach AD meanwhile. Ends with the first look that succeeds.
 */
export async function reportUnreadable(
  object: ObjectRef,
  { code: reason, message }: ReadFailure,
  traceparent: string,
  deps: ReportDeps,
): Promise<void> {
  const { displayName: subject = object.id, violations: open } = await deps.states.load(object);
  const { severity, remedy } = violationCodes[code];
  const at = momentOf(deps.now());
  const violation = {
    code,
    severity,
    about: object,
    subject,
    message,
    remedy,
    at,
    details: { code: reason },
  } as const;
  await reportViolations(object, 'evaluation', subject, [violation], traceparent, deps, open);
}
