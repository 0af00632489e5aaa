import {
  type BodyOf,
  type Bus,
  decode,
  type QueueName,
  type Queues,
  queueNames,
  type Taken,
} from '../../bus/index.ts';
import { type Change, type Moment, momentOf, type ObjectRef } from '../../domain/index.ts';
import type { Audit } from '../../state/index.ts';
import type { Log } from '../log.ts';
import { actionEntry } from '../settle/audit-entries.ts';
import { explain, type OpenedDeadLetter, originalOf, placeOf } from './dead-letters.ts';

export type SettleLetterDeps = {
  readonly queues: Queues;
  readonly bus: Pick<Bus, 'send'>;
  readonly audit: Pick<Audit, 'append'>;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly log: Log;
};

export type LetterAction = {
  readonly id: string;
  readonly action: 'replay' | 'discard';
  readonly person: string;
  readonly reason?: string | undefined;
};

export type LetterResult =
  | { readonly done: true; readonly letter: OpenedDeadLetter }
  | { readonly done: false; readonly why: 'unknown' | 'gone' | 'busy' }
  | { readonly done: false; readonly why: 'notReplayable'; readonly message: string };

/** So much of a body is kept in the audit when the message itself goes. */
const keptInAudit = 4000;

/**
 * Replays or discards one dead letter for a person, and says so in the audit. The message goes last:
 * a crash before leaves it where it is, and replaying it twice does no harm.
 */
export async function settleDeadLetter(
  { id, action, person, reason }: LetterAction,
  traceparent: string,
  deps: SettleLetterDeps,
): Promise<LetterResult> {
  const found = placeOf(id);
  if (!found) return { done: false, why: 'unknown' };
  const { place, sequence } = found;
  const settled = await deps.queues.withMessage(place, sequence, async (message): Promise<LetterResult> => {
    const letter = explain(place, message);
    if (action === 'replay') {
      if (!letter.replay.possible) return { done: false, why: 'notReplayable', message: letter.replay.why };
      await replay(letter, message, traceparent, deps);
    }
    const at = momentOf(deps.now());
    await deps.audit.append(entryOf(letter, { id, action, person, reason }, at, deps.newId()));
    await message.complete();
    return { done: true, letter };
  });
  if (!settled.taken) return { done: false, why: settled.why };
  if (settled.result.done) {
    const { queue, code } = settled.result.letter;
    deps.log(`deadLetter.${pastOf[action]}`, { deadLetterId: id, queue, code, person });
  }
  return settled.result;
}

const pastOf = { replay: 'replayed', discard: 'discarded' } as const;

function entryOf(letter: OpenedDeadLetter, { action, person, reason }: LetterAction, at: Moment, id: string) {
  const { queue, kind, code, messageId, object, body } = letter;
  return actionEntry({
    id,
    at,
    event: `deadLetter.${pastOf[action]}`,
    actor: person,
    object: object ?? undefined,
    codes: ['MESSAGE_REJECTED', code],
    details: {
      deadLetterId: letter.id,
      queue,
      kind,
      code,
      why: letter.reason,
      at: letter.at,
      messageId,
      reason,
      body: body.slice(0, keptInAudit),
    },
  });
}

async function replay(
  letter: OpenedDeadLetter,
  message: Taken,
  traceparent: string,
  { bus, now }: SettleLetterDeps,
): Promise<void> {
  const { object, queue, replay: how, kind } = letter;
  if (how.possible && how.does === 'lookAtObject' && object) {
    await bus.send('changes', [{ body: lookAt(object, momentOf(now())) }], { traceparent });
    return;
  }
  if (kind === 'givenUp') return message.sendAgain();
  const original = originalOf(message.text);
  const target = queueNames.find((name) => name === queue);
  if (original && target) await sendOriginal(bus, target, original.body);
}

/** What was set aside is read once more, so that it goes into the session it belongs to. */
async function sendOriginal<Q extends QueueName>(
  bus: Pick<Bus, 'send'>,
  queue: Q,
  text: string,
): Promise<void> {
  const read = decode(queue, text);
  if (!read.ok) throw new Error(read.reason);
  const body: BodyOf<Q> = read.body;
  await bus.send(queue, [{ body }], { traceparent: read.traceparent });
}

const lookAt = ({ kind, id }: ObjectRef, receivedAt: Moment): Change => ({
  kind,
  id,
  cause: 'request',
  membership: { read: kind === 'group' ? 'complete' : 'none' },
  receivedAt,
  attempt: 0,
});
