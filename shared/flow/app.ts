import type { Queues } from '../bus/index.ts';
import { postCallback } from '../callback/post.ts';
import { callbackRules } from '../callback/rules.ts';
import { signature } from '../callback/sign.ts';
import type { LifecycleNotification } from '../classify/index.ts';
import { momentOf, type ReadFailure, type ViolationCode, violationCodes } from '../domain/index.ts';
import type { Graph } from '../graph/index.ts';
import { type Policy, requirements } from '../policy/index.ts';
import type { Settings } from '../settings/settings.ts';
import {
  countedStates,
  createAudit,
  createAwaitedNames,
  createCompletions,
  createDependants,
  createFeedStates,
  createHolds,
  createIncidents,
  createLatencies,
  createObjectCounts,
  createObjectStates,
  createRelays,
  createSubscriptionStates,
  createWaitingMembers,
  type StateStore,
} from '../state/index.ts';
import { createInspections } from './ask/inspect.ts';
import { createContext } from './evaluate/context.ts';
import { createDecide } from './evaluate/decide-change.ts';
import type { EvaluateDeps } from './evaluate/evaluate-change.ts';
import { type DrainDeps, kindOfFeed } from './feed/drain-feed.ts';
import { feedNeedsOf, synchronised } from './feed/feed-needs.ts';
import type { Log } from './log.ts';
import { type CallBackDeps, callBack } from './operate/call-back.ts';
import {
  type CompletionDeps,
  completionInspected,
  completionsDecided,
  completionsSettled,
  isForCompletion,
} from './operate/completions.ts';
import { settleHolds } from './operate/holds.ts';
import type { Surroundings } from './ports.ts';
import { keepSubscriptions } from './receive/keep-subscriptions.ts';
import { decisionEntry, isWorthKeeping, outcomeEntry } from './settle/audit-entries.ts';
import { settleNames } from './settle/awaited-names.ts';
import { settleDevicePlace } from './settle/device-place.ts';
import { callFlattening } from './settle/flattening-groups.ts';
import { followUp } from './settle/follow-up.ts';
import { latencyOf } from './settle/latency.ts';
import { settleMail } from './settle/mail-left-out.ts';
import { reportUnreadable } from './settle/report-unreadable.ts';
import { openViolation, reportViolations, resolveViolation } from './settle/report-violations.ts';
import type { SettleDeps } from './settle/settle-outcome.ts';
import {
  type ComparisonDeps,
  createSweepStates,
  isWritten,
  type StepDeps,
  startSweep,
} from './sweep/index.ts';
import { traceparentOf } from './traceparent.ts';
import { createUntrustedNote } from './watch/watch-client-state.ts';
import { wakeGroups } from './watch/watch-members.ts';
import { createWatchStates } from './watch/watch-state.ts';

/** The policy in force, and what is wrong with a newer one that does not load. */
export type PolicyState = { readonly policy: Policy; readonly problem: string | undefined };

/** What the outside gives: the settings, the adapters, time and chance. */
export type AppParts = Omit<Surroundings, 'log'> & {
  readonly settings: Settings;
  readonly graph: Graph;
  readonly store: StateStore;
  readonly queues: Queues;
  readonly policyState: () => Promise<PolicyState>;
  readonly randomBytes: (size: number) => Uint8Array;
  readonly sleep: (ms: number) => Promise<void>;
};

/** A violation of the system itself, not of one object. */
export type SystemViolation = {
  readonly code: ViolationCode;
  readonly subject: string;
  readonly message: string;
  readonly details?: Readonly<Record<string, string | number | boolean>>;
};

export type App = ReturnType<typeof createApp>;

/** Puts the stages together. What `withLog` answers has everything that the triggers hand on to a stage. */
export function createApp(parts: AppParts) {
  const { store, now, newId, settings } = parts;
  const counts = createObjectCounts(store);
  const states = countedStates(createObjectStates(store, now), counts);
  const waiting = createWaitingMembers(store);
  const kept = {
    states,
    counts,
    relays: createRelays(store),
    latencies: createLatencies(store, newId()),
    waiting,
    dependants: createDependants(store),
    awaitedNames: createAwaitedNames(store),
    feedStates: createFeedStates(store, now),
    subscriptionStates: createSubscriptionStates(store),
    incidents: createIncidents(store, newId),
    audit: createAudit(store),
    completions: createCompletions(store),
    holds: createHolds(store),
    inspections: createInspections(store),
    sweepStates: createSweepStates(store),
    watchStates: createWatchStates(store),
  };
  const noteUntrusted = createUntrustedNote(kept.watchStates);
  const policy = async (): Promise<Policy> => (await parts.policyState()).policy;
  const context = createContext({
    graph: parts.graph,
    states,
    waiting,
    watchStates: kept.watchStates,
    now,
  });
  const deciding = { graph: parts.graph, states, policy, context, now, newId };
  const decide = createDecide(deciding);
  const clientStates = [
    settings.NOTIFICATION_CLIENT_STATE,
    settings.NOTIFICATION_CLIENT_STATE_PREVIOUS,
  ].filter((one) => one !== undefined);
  const newTrace = (): string => traceparentOf(undefined, parts.randomBytes);

  /** The parts, with the stages bound to one log. */
  const withLog = (log: Log) => {
    const around = { ...parts, ...kept, policy, log };
    const rules = callbackRules(settings);
    const callingBack: CallBackDeps = {
      ...around,
      post: async (url, id, body) => {
        const key = settings.COMPLETION_SIGNING_KEY;
        if (!key) return { delivered: false, gone: false, why: 'COMPLETION_SIGNING_KEY is not set.' };
        return postCallback(url, body, signature(key, id, now(), body), rules);
      },
    };
    const completing: CompletionDeps = {
      ...around,
      decide,
      callBack: (completion) => void callBack(completion, callingBack),
    };
    const evaluating: EvaluateDeps = {
      ...around,
      decide,
      report: async (object, evaluated, traceparent) => {
        await followUp(object, evaluated, traceparent, around);
        await completionsDecided(object, evaluated, completing);
      },
      reportUnreadable: (object, why, traceparent) => reportUnreadable(object, why, traceparent, around),
      isWritten: async (kind) => isWritten(kind, await policy()),
      wakeGroups: (object, traceparent) => wakeGroups(object, traceparent, around),
      callFlattening: (object, traceparent) => callFlattening(object, traceparent, around),
      confirmAfterMs: settings.CONFIRM_AFTER_SECONDS * 1000,
      record: (decided) => kept.audit.append(decisionEntry(decided)),
    };
    const settling: SettleDeps = {
      ...around,
      inspections: {
        ...kept.inspections,
        keep: (outcome) =>
          isForCompletion(outcome)
            ? completionInspected(outcome, completing)
            : kept.inspections.keep(outcome),
      },
      tellCompletions: (outcome, after, traceparent) =>
        completionsSettled(outcome, after, traceparent, completing),
      confirmAfterMs: settings.CONFIRM_AFTER_SECONDS * 1000,
      parentsWaitingFor: async ({ id }) => [
        ...(await Array.fromAsync(waiting.groupsOf(id), (group) => ({ kind: 'group' as const, id: group }))),
        ...(await Array.fromAsync(kept.dependants.of(id))),
      ],
      settleHolds: (outcome) => settleHolds(outcome, around),
      report: async (outcome, stillHeld, traceparent) => {
        const { object, displayName, violations } = outcome;
        await settleMail(outcome, traceparent, around);
        await settleNames(outcome, traceparent, around);
        await settleDevicePlace(outcome, traceparent, around);
        const stillThere = stillHeld ? (['BUDGET_EXCEEDED'] as const) : [];
        return reportViolations(object, 'relay', displayName, violations, traceparent, around, stillThere);
      },
      record: async (outcome, before, traceparent) => {
        const latency = latencyOf(outcome);
        if (latency) kept.latencies.note(latency);
        if (isWorthKeeping(outcome, before.lastOutcome))
          await kept.audit.append(outcomeEntry(outcome, momentOf(now()), traceparent));
      },
    };
    const unreadable = async (subject: string, why: ReadFailure | undefined): Promise<void> => {
      const code = 'GRAPH_UNREADABLE';
      if (!why) return void (await resolveViolation(code, { subject }, newTrace(), around));
      around.log('graph.unreadable', { subject, code: why.code, message: why.message }, 'warn');
      await raise({ code, subject, message: why.message, details: { code: why.code } });
    };
    const raise = ({ details = {}, ...violation }: SystemViolation) =>
      openViolation(
        { ...violation, ...known(violation.code), at: momentOf(now()), details },
        newTrace(),
        around,
      );
    const sweeping = {
      ...around,
      policy,
      context,
      objectsPerSecond: settings.SYNC_OBJECTS_PER_SECOND,
      synchronised: (kind, since) => synchronised(kind, since, kept.feedStates),
      sweepTrouble: (kind, why) => unreadable(`the list of ${kind}s`, why),
    } satisfies StepDeps & ComparisonDeps;
    const draining: DrainDeps = {
      ...around,
      feedNeeds: async (feed) => feedNeedsOf(feed, requirements(await policy())),
      resynchronise: async (feed, why, since) => {
        const kind = kindOfFeed[feed];
        const { result } = await startSweep(kind, { why, since }, newTrace(), sweeping);
        if (result === 'notWritten') await synchronised(kind, since, kept.feedStates);
      },
      feedTrouble: (feed, why) => unreadable(`the feed of ${feed}`, why),
    };
    return {
      ...around,
      evaluating,
      settling,
      draining,
      sweeping,
      completing,
      callingBack,
      noteUntrusted,
      keepSubscriptions: (asked: readonly LifecycleNotification[]) =>
        keepSubscriptions(asked, { ...around, notificationUrl: settings.NOTIFICATION_URL, clientStates }),
      raise,
      resolve: (code: ViolationCode, subject: string) =>
        resolveViolation(code, { subject }, newTrace(), around),
    };
  };
  return { ...parts, ...kept, policy, deciding, clientStates, withLog };
}

const known = (code: ViolationCode) => ({
  severity: violationCodes[code].severity,
  remedy: violationCodes[code].remedy,
});
