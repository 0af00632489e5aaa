import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import type { ServiceBusSessionReceiver } from '@azure/service-bus';
import { z } from 'zod';
import { Plan, PlanHash } from '../../shared/domain/index.ts';
import { TurnLostError } from '../handle/execute.ts';

/**
 * What the session of an object remembers: the approved plan that is being written. Whichever relay gets the session
 * next, after one that was killed, finishes it without asking the person again.
 */
export type SessionMemory = {
  /** The approved plan with this hash, where writing it has begun; its operations where they are known here. */
  begun(planHash: string): Promise<Begun | undefined>;
  /** Keeps the plan before its first operation is written. */
  begin(begun: Begun): Promise<void>;
  /** Forgets it, when it has ended in whichever way. */
  end(): Promise<void>;
};

/** `plan` is absent where it is too large for the session: then only the relay that held it knows it. */
export type Begun = { readonly planHash: string; readonly plan: Plan | undefined };

const Kept = z.strictObject({
  version: z.literal(1),
  approved: z.strictObject({ planHash: PlanHash, plan: z.base64().nullable() }),
});

/** The state of a session is as large as one message: 256 KB in the Standard tier, with its envelope. */
const mostCharacters = 240_000;

type Session = Pick<ServiceBusSessionReceiver, 'getSessionState' | 'setSessionState'>;

/** The memory of a session whose lock we have. Throws a TurnLostError where Service Bus does not answer. */
export function memoryOf(session: Session): SessionMemory {
  return {
    async begun(planHash) {
      const kept = Kept.safeParse(await reach(session.getSessionState())).data?.approved;
      if (kept?.planHash !== planHash) return undefined;
      return { planHash, plan: kept.plan === null ? undefined : await unpacked(kept.plan) };
    },
    async begin({ planHash, plan }) {
      const text = plan && (await packed(plan));
      const fits = text !== undefined && text.length <= mostCharacters;
      const kept: z.input<typeof Kept> = { version: 1, approved: { planHash, plan: fits ? text : null } };
      await reach(session.setSessionState(kept));
    },
    end: () => reach(session.setSessionState(null)),
  };
}

async function reach<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    throw new TurnLostError('Service Bus did not answer about the session of this object.', { cause });
  }
}

const zip = promisify(gzip);
const unzip = promisify(gunzip);

/** Names of members have long common endings: a plan of some 50,000 removals fits when it is compressed. */
const packed = async (plan: Plan): Promise<string> =>
  (await zip(Buffer.from(JSON.stringify(plan), 'utf8'))).toString('base64');

const unpacked = async (text: string): Promise<Plan> =>
  Plan.parse(JSON.parse((await unzip(Buffer.from(text, 'base64'))).toString('utf8')));
