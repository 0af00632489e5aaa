import { z } from 'zod';
import {
  Change,
  CompareRequest,
  Comparison,
  EntraId,
  Express,
  expressSession,
  Heartbeat,
  HoldCommand,
  Intent,
  Moment,
  ObjectKind,
  Outcome,
  sessionOf,
  Violation,
} from '../domain/index.ts';

/** The delta feeds of Graph that are drained. */
export const Feed = z.enum(['groups', 'users', 'devices']);
export type Feed = z.output<typeof Feed>;

/** A doorbell: "drain this feed". It names the objects that a notification spoke of. */
export const Doorbell = z.strictObject({
  feed: Feed,
  /** Objects that the feed must show before the doorbell is content; may be empty. */
  notified: z.array(EntraId).max(1000).readonly(),
  receivedAt: Moment,
  /** A drain that began after this moment answers the doorbell. */
  ringsAt: Moment,
  /** 0 for the first drain, then the number of the repetition (after 2, 10 and 60 s). */
  attempt: z.int().min(0),
});
export type Doorbell = z.output<typeof Doorbell>;

/** One step of a sweep: a page of the list of all objects of a kind. */
export const SweepStep = z.strictObject({
  type: z.literal('sweep'),
  kind: ObjectKind,
  sweepId: z.string(),
  /** A step that is not the next one of its sweep is stale. */
  step: z.int().min(0),
  attempt: z.int().min(0),
});
export type SweepStep = z.output<typeof SweepStep>;

/** All that a feed is worked by. A doorbell has no type, so that those of older releases are understood. */
export const FeedWork = z.discriminatedUnion('type', [
  Doorbell.extend({ type: z.undefined().optional() }),
  SweepStep,
]);
export type FeedWork = z.output<typeof FeedWork>;

/** What the relay is asked: to do something with one object, what a person decided about a held plan, to compare many objects for a sweep, or to take an object before its turn. */
export const RelayRequest = z.discriminatedUnion('type', [Intent, HoldCommand, CompareRequest, Express]);
export type RelayRequest = z.output<typeof RelayRequest>;

/** What the relay answers. An outcome has no type, so that those of older relays are understood. */
export const RelayAnswer = z.discriminatedUnion('type', [
  Outcome.extend({ type: z.undefined().optional() }),
  Comparison,
  Heartbeat,
]);
export type RelayAnswer = z.output<typeof RelayAnswer>;

/** Sweeps of a kind are worked on one after the other, beside the objects' own sessions. */
const sweepSession = (kind: ObjectKind): string => `sweep:${kind}`;

function sessionOfAnswer(body: RelayAnswer): string {
  switch (body.type) {
    case 'comparison':
      return sweepSession(body.kind);
    case 'heartbeat':
      return `relay:${body.relay.name}@${body.relay.host}`;
    default:
      return sessionOf(body.object);
  }
}

function sessionOfRequest(body: RelayRequest): string {
  switch (body.type) {
    case 'compare':
      return sweepSession(body.kind);
    case 'express':
      return expressSession;
    default:
      return sessionOf(body.object);
  }
}

/** Work for the alert router: a violation was opened, seen again, or resolved. */
export const AlertNotice = z.strictObject({
  incidentId: z.string(),
  event: z.enum(['opened', 'repeated', 'resolved']),
  violation: Violation,
  count: z.int().min(1),
  openedAt: Moment,
});
export type AlertNotice = z.output<typeof AlertNotice>;

/** A message that can never succeed, set aside with its reason. */
export const Rejected = z.strictObject({
  queue: z.string(),
  code: z.string(),
  reason: z.string(),
  /** The message as it came; cut at 64 KB. */
  body: z.string(),
  messageId: z.string().optional(),
  sessionId: z.string().optional(),
  at: Moment,
});
export type Rejected = z.output<typeof Rejected>;

/** What travels on each queue, and the session that keeps it in order. */
export const messages = {
  feeds: {
    schema: FeedWork,
    session: (body: FeedWork) => (body.type === 'sweep' ? sweepSession(body.kind) : body.feed),
  },
  changes: { schema: Change, session: (body: Change) => sessionOf(body) },
  intents: {
    schema: RelayRequest,
    session: sessionOfRequest,
  },
  outcomes: {
    schema: RelayAnswer,
    session: sessionOfAnswer,
  },
  alerts: { schema: AlertNotice, session: (body: AlertNotice) => body.incidentId },
  rejected: { schema: Rejected, session: () => undefined },
} as const;

export type QueueName = keyof typeof messages;
export type BodyOf<Q extends QueueName> = z.output<(typeof messages)[Q]['schema']>;
export const queueNames = Object.keys(messages) as readonly QueueName[];

/** The version of all message schemas. A reader refuses what it does not know. */
export const messageVersion = 1;
