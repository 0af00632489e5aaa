import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { Request } from './http-server.ts';
import { type HttpSink, startHttpSink, type Verdict } from './http-sink.ts';
import { createRateLimit } from './rate-limit.ts';
import { parseJson } from './reading-path.ts';
import { type AdaptiveCard, cardText, teamsMessage, teamsSizeLimit } from './teams-message.ts';

/** A card that was posted. */
export interface TeamsMessage {
  readonly card: AdaptiveCard;
  /** All that a person would read on it. */
  readonly text: string;
}

/** How strict the sink is. */
export interface TeamsSinkOptions {
  /** Default: a free one. */
  readonly port?: number;
  /** Default: 4, as Microsoft documents for Teams webhooks; beyond it the answer is 429. */
  readonly requestsPerSecond?: number;
}

/**
 * Stands in for a Teams workflow with the trigger "When a Teams webhook request is received". Like it, it answers 202,
 * wants the signature that is part of its URL (401), and refuses what is too large (413) or too frequent (429).
 * Unlike it, it says at once when a card cannot be shown (400): the real one accepts, and posts nothing.
 */
export function startTeamsSink(options: TeamsSinkOptions = {}): Promise<HttpSink<TeamsMessage>> {
  const signature = randomBytes(24).toString('base64url');
  const mayPass = createRateLimit(options.requestsPerSecond ?? 4, 1000, () => performance.now());

  const judge = (request: Request): Verdict<TeamsMessage> => {
    if (request.query.get('sig') !== signature) return refuse(401, 'the signature is missing or wrong');
    if (!mayPass()) return { ...refuse(429, 'too many requests per second'), retryAfterInSeconds: 1 };
    if (request.body.length > teamsSizeLimit) {
      return refuse(413, `the body has ${request.body.length} bytes, the limit is ${teamsSizeLimit}`);
    }
    const message = teamsMessage.safeParse(parseJson(request.body));
    if (!message.success) return refuse(400, z.prettifyError(message.error));
    const card = message.data.attachments[0].content;
    return { kind: 'accepted', messages: [{ card, text: cardText(card) }] };
  };

  return startHttpSink({
    port: options.port ?? 0,
    path: `/workflows/writeback/triggers/manual/paths/invoke?sig=${signature}`,
    judge,
    describe: ({ text }) => text.replaceAll('\n', ' | '),
  });
}

function refuse(status: number, reason: string) {
  return { kind: 'refused', status, reason } as const;
}
