import type { Snapshot } from '../../domain/index.ts';
import type { Policy } from '../policy.ts';
import { type Case, openCase } from './case.ts';
import type { Context, Evaluation } from './context.ts';
import { evaluateDevice } from './device.ts';
import { deletionOf } from './endings.ts';
import { evaluateGroup } from './group.ts';
import { evaluateUser } from './user.ts';

/**
 * What the policy says of an object, and why. Pure, total and deterministic: every snapshot that the
 * schema allows gives a decision, and the same three arguments always give the same one. The trace
 * holds every check, rule and clause with its actual value.
 */
export function evaluate({
  snapshot,
  policy,
  context = {},
}: {
  readonly snapshot: Snapshot;
  readonly policy: Policy;
  readonly context?: Context;
}): Evaluation {
  const open = openCase(snapshot, policy, context);
  if (snapshot.presence === 'deleted') return evaluateDeleted(snapshot.kind, policy, context, open);
  switch (snapshot.kind) {
    case 'group':
      return evaluateGroup(snapshot, policy, context, open);
    case 'user':
      return evaluateUser(snapshot, policy, context, open);
    case 'device':
      return evaluateDevice(snapshot, policy, context, open);
  }
}

/** Of a permanently deleted object nothing is left to read: the rule that wrote it says how it ends. */
function evaluateDeleted(kind: Snapshot['kind'], policy: Policy, context: Context, open: Case): Evaluation {
  open.check('presence', 'deleted', false, 'HARD_DELETED');
  const { defaults } = policy;
  const { hardDeleted } = {
    group: () => deletionOf(policy.groups, defaults.groups, context),
    user: () => deletionOf(policy.users, defaults.users, context),
    device: () => deletionOf(policy.devices, defaults.devices, context),
  }[kind]();
  return open.end('HARD_DELETED', hardDeleted, context.previous?.rule ?? undefined);
}
