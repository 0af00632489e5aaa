import type { ObjectRef, Violation, ViolationCode } from '../../domain/index.ts';
import type { Incident, Incidents, ObjectStates } from '../../state/index.ts';
import type { Surroundings } from '../ports.ts';

export type ReportDeps = Surroundings & {
  readonly incidents: Incidents;
  readonly states: Pick<ObjectStates, 'load' | 'update'>;
};

/** Which stage finds a violation, and so notices that it is gone: the relay these, evaluation the others. */
const foundByRelay: ReadonlySet<ViolationCode> = new Set([
  'NAME_COLLISION',
  'PLACE_FORBIDDEN',
  'MEMBER_REFUSED',
  'PROTECTED_OBJECT',
  'MARKER_CONFLICT',
  'ORIGINAL_NOT_FOUND',
  'BUDGET_EXCEEDED',
  'DRIFT_OVERWRITTEN',
  'DRIFT_REPORTED',
  'WRITE_FAILED',
  'SOURCE_OF_AUTHORITY_ENFORCED',
  'MAIL_LEFT_OUT',
  'DEVICE_REGISTRATION_WRONG',
]);

/**
 * Opens, repeats and resolves the violations of one object. A violation opens once, is counted when
 * it is seen again, and resolves itself when the stage that finds it no longer does, but for those
 * that are known to be `stillThere`.
 */
export async function reportViolations(
  object: ObjectRef,
  stage: 'evaluation' | 'relay',
  subject: string,
  violations: readonly Violation[],
  traceparent: string,
  deps: ReportDeps,
  stillThere: readonly ViolationCode[] = [],
): Promise<void> {
  const own = violations.filter(({ about }) => about !== undefined);
  for (const violation of violations) {
    // One for all objects: who finds it open already leaves it, so that nobody has to count ten thousand times.
    const { code, about, subject: what } = violation;
    if (about === undefined && !(await deps.incidents.find(code, { subject: what }))) {
      await openViolation(violation, traceparent, deps);
    }
  }
  const ofStage = (code: ViolationCode): boolean => foundByRelay.has(code) === (stage === 'relay');
  const { violations: open } = await deps.states.load(object);
  const seen = new Set(own.map(({ code }) => code));
  const gone = open.filter((code) => ofStage(code) && !seen.has(code) && !stillThere.includes(code));
  for (const violation of own) await openViolation(violation, traceparent, deps);
  for (const code of gone) await resolveViolation(code, { about: object, subject }, traceparent, deps);
  if (seen.size === 0 && gone.length === 0) return;
  await deps.states.update(object, (state) => ({
    ...state,
    violations: [...new Set([...state.violations.filter((code) => !gone.includes(code)), ...seen])].sort(),
  }));
}

/** Opens the incident of a violation, or counts it; only the opening is told to people. */
export async function openViolation(
  violation: Violation,
  traceparent: string,
  deps: ReportDeps,
): Promise<void> {
  const { event, incident } = await deps.incidents.report(violation);
  if (event !== 'opened') return;
  const { code, severity, subject, message, about } = violation;
  deps.log(
    'violation.opened',
    { ...about, code, severity, subject, message, incidentId: incident.incidentId },
    'warn',
  );
  await tell('opened', incident, traceparent, deps);
}

/** Resolves an incident whose cause is gone. */
export async function resolveViolation(
  code: ViolationCode,
  on: { readonly about?: ObjectRef; readonly subject: string },
  traceparent: string,
  deps: ReportDeps,
): Promise<void> {
  const incident = await deps.incidents.resolve(code, on);
  if (!incident) return;
  deps.log('violation.resolved', { ...on.about, code, subject: on.subject, incidentId: incident.incidentId });
  await tell('resolved', incident, traceparent, deps);
}

function tell(
  event: 'opened' | 'resolved',
  incident: Incident,
  traceparent: string,
  deps: Surroundings,
): Promise<void> {
  const { incidentId, violation, count, openedAt } = incident;
  return deps.bus.send('alerts', [{ body: { incidentId, event, violation, count, openedAt } }], {
    traceparent,
  });
}
