import type { CallbackResult } from '../../callback/post.ts';
import { type Moment, momentOf } from '../../domain/index.ts';
import type { Completion, Completions } from '../../state/index.ts';
import type { Log } from '../log.ts';

export type CallBackDeps = {
  readonly completions: Completions;
  /** Signs and POSTs a body; never throws. */
  readonly post: (url: string, id: string, body: string) => Promise<CallbackResult>;
  readonly log: Log;
  readonly now: () => Date;
};

/** Minutes between tries: in all about a day. */
const ladder = [1, 2, 5, 10, 30, 60, 120, 240, 480, 480] as const;

/** What a caller is told, by polling and by callback alike. */
export function completionAnswer(completion: Completion) {
  const { callback, answer, seen, requestedAt, ...rest } = completion;
  return {
    ...rest,
    requestedAt,
    answer: answer
      ? {
          ...answer,
          secondsAfterRequest: Math.max(0, (Date.parse(answer.at) - Date.parse(requestedAt)) / 1000),
        }
      : null,
    seen: seen ?? null,
    callback: callback
      ? {
          attempts: callback.attempts,
          deliveredAt: callback.deliveredAt ?? null,
          nextAt: callback.nextAt ?? null,
          lastError: callback.lastError ?? null,
        }
      : null,
  };
}

/** Calls one back whose time has come, and keeps what came of it. Never throws. */
export async function callBack(completion: Completion, deps: CallBackDeps): Promise<void> {
  try {
    const { id, callback } = completion;
    const { nextAt } = callback ?? {};
    if (!callback || nextAt === undefined || Date.parse(nextAt) > deps.now().getTime()) return;
    const { callback: _, ...told } = completionAnswer(completion);
    const result = await deps.post(callback.url, id, JSON.stringify(told));
    const now = deps.now();
    const updated = await deps.completions.update(id, (current) =>
      current.callback ? { ...current, callback: after(current.callback, result, now) } : current,
    );
    const { attempts } = updated?.callback ?? {};
    const host = new URL(callback.url).host;
    if (result.delivered) deps.log('completion.calledBack', { completionId: id, host, attempts });
    else
      deps.log('completion.notCalledBack', { completionId: id, host, attempts, message: result.why }, 'warn');
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    deps.log('completion.notCalledBack', { completionId: completion.id, message }, 'warn');
  }
}

type Callback = NonNullable<Completion['callback']>;

function after({ nextAt: _, ...callback }: Callback, result: CallbackResult, now: Date): Callback {
  const attempts = callback.attempts + 1;
  if (result.delivered) return { ...callback, attempts, deliveredAt: momentOf(now) };
  const minutes = result.gone ? undefined : ladder[callback.attempts];
  const next = minutes === undefined ? {} : { nextAt: inMinutes(now, minutes) };
  return { ...callback, attempts, lastError: result.why, ...next };
}

const inMinutes = (now: Date, minutes: number): Moment =>
  momentOf(new Date(now.getTime() + minutes * 60_000));
