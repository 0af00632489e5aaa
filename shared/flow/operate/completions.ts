import type { Doorbell } from '../../bus/index.ts';
import {
  type Change,
  type EntraId,
  type LeftOut,
  momentOf,
  type ObjectRef,
  type Outcome,
} from '../../domain/index.ts';
import type { Completion, Completions, ObjectState, ObjectStates } from '../../state/index.ts';
import { asInspection } from '../ask/inspect.ts';
import type { Evaluated } from '../evaluate/evaluate-change.ts';
import type { Surroundings } from '../ports.ts';

export type CompletionWish = {
  readonly object: ObjectRef;
  readonly member?: EntraId | undefined;
  readonly change: Completion['change'];
  readonly callback?: string | undefined;
  readonly timeoutSeconds: number;
  readonly person?: string | undefined;
};

export type CompletionDeps = Surroundings & {
  readonly completions: Completions;
  readonly states: Pick<ObjectStates, 'load'>;
  /** As the stage that evaluates has it; reads only. */
  readonly decide: (
    change: Change,
    wish: {
      readonly read: 'delta';
      readonly delta: { readonly added: EntraId[]; readonly removed: EntraId[] };
    },
    state: ObjectState,
  ) => Promise<Evaluated>;
  /** Calls back those whose time has come; begun and not waited for. */
  readonly callBack: (completion: Completion) => void;
};

/**
 * Keeps the wish, and has the object looked at and its feed drained now, whether or not a
 * notification comes. What follows from that look settles the wish too.
 */
export async function askForCompletion(
  wish: CompletionWish,
  traceparent: string,
  deps: CompletionDeps,
): Promise<Completion> {
  const { object, member, change, callback, timeoutSeconds, person } = wish;
  const requestedAt = momentOf(deps.now());
  const completion: Completion = {
    id: deps.newId(),
    object,
    ...(member && { member }),
    change,
    requestedAt,
    expiresAt: momentOf(new Date(deps.now().getTime() + timeoutSeconds * 1000)),
    ...(person !== undefined && { person }),
    state: 'waiting',
    ...(callback !== undefined && { callback: { url: callback, attempts: 0 } }),
  };
  await deps.completions.add(completion);
  const look: Change = {
    ...object,
    cause: 'request',
    membership: { read: 'none' },
    receivedAt: requestedAt,
    attempt: 0,
  };
  const feed = ({ group: 'groups', user: 'users', device: 'devices' } as const)[object.kind];
  const doorbell: Doorbell = {
    feed,
    notified: [object.id],
    receivedAt: requestedAt,
    ringsAt: requestedAt,
    attempt: 0,
  };
  await Promise.all([
    deps.bus.send('changes', [{ body: look }], { traceparent }),
    deps.bus.send('feeds', [{ body: doorbell }], { traceparent }),
  ]);
  return completion;
}

/** After a decision: says what stands in the way of those who wait, or that it is so already. */
export async function completionsDecided(
  object: ObjectRef,
  { decision, leftOut }: Extract<Evaluated, { step: 'decided' }>,
  deps: CompletionDeps,
): Promise<void> {
  for await (const completion of deps.completions.waitingFor(object)) {
    const { change } = completion;
    const state = await deps.states.load(object);
    if (decision.outcome !== 'write') {
      if (!state.written && change === 'absent') {
        await finish(completion, { at: momentOf(deps.now()), result: 'alreadySo' }, deps);
        continue;
      }
      await note(completion, decision.reason, `The decision about the object is ${decision.outcome}.`, deps);
    }
    await noteLeftOut(completion, [...leftOut, ...state.leftOut], deps);
  }
}

/** Says why the member is left out, where it is. */
async function noteLeftOut(
  completion: Completion,
  leftOut: readonly LeftOut[],
  deps: CompletionDeps,
): Promise<void> {
  const { member, change } = completion;
  const refused = leftOut.find(({ id }) => id !== undefined && id === member);
  if (refused && change === 'present')
    await note(completion, refused.reason, 'The member is left out of the AD group.', deps);
}

/** After an outcome: answers those whose change it wrote, and asks the relay for the others. */
export async function completionsSettled(
  outcome: Outcome,
  after: ObjectState,
  traceparent: string,
  deps: CompletionDeps,
): Promise<void> {
  for await (const completion of deps.completions.waitingFor(outcome.object)) {
    const answer = answerIn(outcome, after, completion);
    if (answer) await finish(completion, answer, deps);
    else if (outcome.failure) await note(completion, outcome.failure.code, outcome.failure.message, deps);
    else if (outcome.result === 'held' || outcome.result === 'staged' || outcome.result === 'refused')
      await note(completion, outcome.result.toUpperCase(), `The plan is ${outcome.result}.`, deps);
    else if (completion.member) await ask(completion, completion.member, traceparent, deps);
  }
}

type Answer = NonNullable<Completion['answer']>;

/** What an outcome proves by itself. */
function answerIn(outcome: Outcome, after: ObjectState, completion: Completion): Answer | undefined {
  const { times, intentId, relay, result, changedMembers = [], plan } = outcome;
  const { member, change } = completion;
  const wrote: Answer = { at: times.finishedAt, result: 'written', intentId, relay: relay.name };
  const isSettled = result === 'applied' || result === 'unchanged';
  if (member) {
    const wanted = change === 'present' ? 'added' : 'removed';
    const last = changedMembers.findLast(({ id }) => id === member);
    return last?.change === wanted ? wrote : undefined;
  }
  if (!isSettled || after.written !== (change === 'present')) return undefined;
  const changed = plan.operations.some(({ op }) =>
    change === 'present' ? op === 'create' || op === 'reanimate' : op === 'delete',
  );
  return changed ? wrote : { ...wrote, result: 'alreadySo' };
}

const prefix = 'completion:';

/** Asks the relay whether the member stands in the AD group; its answer comes as an outcome. */
async function ask(
  completion: Completion,
  member: EntraId,
  traceparent: string,
  deps: CompletionDeps,
): Promise<void> {
  const { id, object, change } = completion;
  const delta = change === 'present' ? { added: [member], removed: [] } : { added: [], removed: [member] };
  const look: Change = {
    ...object,
    cause: 'request',
    membership: { read: 'none' },
    receivedAt: completion.requestedAt,
    attempt: 0,
  };
  const evaluated = await deps.decide(look, { read: 'delta', delta }, await deps.states.load(object));
  if (evaluated.step !== 'decided') return;
  const [intent] = evaluated.intents;
  if (intent?.type !== 'write') return;
  if (intent.membership.kind === 'complete') {
    const message =
      'The rule flattens nested groups, so this one is no member in AD. Ask for one of its people.';
    return note(completion, 'NESTING_FLATTENED', message, deps);
  }
  if (intent.membership.kind === 'unchanged') return noteLeftOut(completion, evaluated.leftOut, deps);
  const body = asInspection(intent, `${prefix}${id}:${deps.newId()}`);
  await deps.bus.send('intents', [{ body, id: body.intentId }], { traceparent });
}

/** Does this answer belong to a completion? */
export const isForCompletion = ({ intentId }: Outcome): boolean => intentId.startsWith(prefix);

/** Takes the answer of the relay: no operation on members means that AD is so already. */
export async function completionInspected(outcome: Outcome, deps: CompletionDeps): Promise<void> {
  const completion = await deps.completions.find(outcome.intentId.split(':')[1] ?? '');
  if (completion?.state !== 'waiting') return;
  const { failure, plan, leftOut, times, relay } = outcome;
  if (failure) return note(completion, failure.code, failure.message, deps);
  const [missing] = leftOut;
  if (missing && completion.change === 'present')
    return note(completion, missing.reason, 'The member is left out of the AD group.', deps);
  const differs = plan.operations.some(
    ({ op }) => op === 'addMembers' || op === 'removeMembers' || op === 'create',
  );
  if (!differs)
    await finish(completion, { at: times.finishedAt, result: 'alreadySo', relay: relay.name }, deps);
}

/** Ends those whose time is over. */
export async function expireCompletions(deps: CompletionDeps): Promise<void> {
  for await (const completion of deps.completions.unfinished()) await expire(completion, deps);
}

/** Ends one whose time is over, and answers it as it is then. */
export async function expire(completion: Completion, deps: CompletionDeps): Promise<Completion> {
  const now = momentOf(deps.now());
  if (completion.state !== 'waiting' || Date.parse(completion.expiresAt) > Date.parse(now)) return completion;
  if (!completion.seen) await note(completion, ...(await whyNothing(completion, deps)), deps);
  return end(completion, { state: 'timedOut' }, deps);
}

/** What can be said where nothing was seen to be in the way. */
async function whyNothing(
  { object }: Completion,
  { states }: CompletionDeps,
): Promise<readonly [code: string, message: string]> {
  const { lastDecision } = await states.load(object);
  const { kind, id } = object;
  return lastDecision
    ? ['CHANGE_NOT_SEEN', 'Graph told of no such change, or no relay answered. GET /api/status shows which.']
    : ['NOT_EVALUATED', `Graph has not shown the ${kind} ${id}. Check the id and the kind.`];
}

async function finish(completion: Completion, answer: Answer, deps: CompletionDeps): Promise<void> {
  await end(completion, { state: 'done', answer }, deps);
}

async function end(
  { id }: Completion,
  how: Pick<Completion, 'state' | 'answer'>,
  deps: CompletionDeps,
): Promise<Completion> {
  const nextAt = momentOf(deps.now());
  let isOurs = false;
  const ended = await deps.completions.update(id, (now) => {
    isOurs = now.state === 'waiting';
    if (!isOurs) return now;
    return { ...now, ...how, ...(now.callback && { callback: { ...now.callback, nextAt } }) };
  });
  if (!ended) throw new Error(`The completion ${id} is gone.`);
  if (isOurs) {
    const { object, member, change, state } = ended;
    deps.log(`completion.${state}`, { completionId: id, ...object, member, change });
    deps.callBack(ended);
  }
  return ended;
}

async function note({ id }: Completion, code: string, message: string, deps: CompletionDeps): Promise<void> {
  const at = momentOf(deps.now());
  await deps.completions.update(id, (now) =>
    now.state === 'waiting' ? { ...now, seen: { at, code, message } } : now,
  );
}
