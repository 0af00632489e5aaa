import type { DesiredAttribute, LeftOut, Operation, Violation } from '../../shared/domain/index.ts';
import { emptyPlan, type PlanInput, type Planned, violationOf } from './planned.ts';
import type { WriteTask } from './task.ts';

/** One violation for all members that AD would refuse. */
export function membersRefused(input: PlanInput, leftOut: readonly LeftOut[]): readonly Violation[] {
  const refused = leftOut.filter(({ reason }) => reason === 'REFUSED_BY_AD');
  if (refused.length === 0) return [];
  const some = refused.slice(0, 5).map(({ reference }) => reference);
  const message = `AD does not take ${refused.length} of the members in a group of this scope: ${some.join(', ')}${refused.length > 5 ? ' and others' : ''}.`;
  return [violationOf(input, 'MEMBER_REFUSED', message, { count: refused.length })];
}

/** Users and groups without their mail attributes are a matter of the forest, and are told as one. */
export function withMailLeftOut(planned: Planned, { desired }: WriteTask, input: PlanInput): Planned {
  const isLeftOut = ({ when, values }: DesiredAttribute): boolean =>
    when === 'exchangePrepared' && values.length > 0;
  const all = desired.kind === 'device' || input.facts.exchangePrepared || planned.refusal;
  if (all || !desired.attributes.some(isLeftOut)) return planned;
  const message = `The schema of ${input.facts.dnsDomain} has no Exchange attributes; users and groups are written without them.`;
  const { about: _about, rule: _rule, ...violation } = violationOf(input, 'MAIL_LEFT_OUT', message);
  return { ...planned, violations: [...planned.violations, { ...violation, subject: 'Exchange' }] };
}

/** Where devices go is a matter of the forest too, and is told as one, whether they can be written all the same or not. */
export function withDeviceComplaint(planned: Planned, input: PlanInput): Planned {
  const { complaint } = input.devicePlace ?? {};
  if (complaint === undefined) return planned;
  const {
    about: _about,
    rule: _rule,
    ...violation
  } = violationOf(input, 'DEVICE_REGISTRATION_WRONG', complaint);
  return {
    ...planned,
    violations: [...planned.violations, { ...violation, subject: 'Device registration' }],
  };
}

/** Refuses a device that is not in AD yet, where AD has no place for it; it is tried again, since people mend that. */
export function placeUnknown({ devicePlace }: PlanInput): Planned | undefined {
  if (devicePlace === undefined || devicePlace.container !== undefined) return undefined;
  const refusal = {
    code: 'DEVICE_REGISTRATION_WRONG',
    message: devicePlace.complaint,
    needs: 'retry',
  } as const;
  return { plan: emptyPlan, violations: [], leftOut: [], refusal, membershipIncomplete: false };
}

/** How the AD object differed from the desired one, in words and numbers; values are not told. */
export function drift(
  input: PlanInput,
  operations: readonly Operation[],
  handling: 'overwrite' | 'report',
): readonly Violation[] {
  if (operations.length === 0) return [];
  const attributes = operations.flatMap((one) => (one.op === 'modify' ? Object.keys(one.replace) : []));
  const count = (op: 'addMembers' | 'removeMembers') =>
    operations.reduce((sum, one) => sum + (one.op === op ? one.members.length : 0), 0);
  const missing = count('addMembers');
  const extra = count('removeMembers');
  const moved = operations.some(({ op }) => op === 'move');
  const parts = [
    attributes.length > 0 ? `attributes ${attributes.join(', ')}` : '',
    missing > 0 ? `${missing} missing members` : '',
    extra > 0 ? `${extra} extra members` : '',
    moved ? 'name or place' : '',
  ].filter((part) => part !== '');
  const code = handling === 'overwrite' ? 'DRIFT_OVERWRITTEN' : 'DRIFT_REPORTED';
  const done = handling === 'overwrite' ? 'was brought back' : 'was left as it is';
  return [
    violationOf(input, code, `AD differs in ${parts.join('; ')}; it ${done}.`, {
      attributes: attributes.join(' '),
      missing,
      extra,
      moved,
    }),
  ];
}
