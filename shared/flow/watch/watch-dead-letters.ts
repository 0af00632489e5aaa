import type { Queues } from '../../bus/index.ts';
import type { ViolationCode } from '../../domain/index.ts';
import type { Incidents } from '../../state/index.ts';
import type { SystemViolation } from '../app.ts';
import { listDeadLetters, type OpenedDeadLetter } from '../operate/dead-letters.ts';

export type WatchLettersDeps = {
  readonly queues: Pick<Queues, 'peek'>;
  readonly incidents: Pick<Incidents, 'list'>;
  readonly raise: (violation: SystemViolation) => Promise<void>;
  readonly resolve: (code: ViolationCode, subject: string) => Promise<void>;
};

const code = 'MESSAGE_REJECTED';

/**
 * Tells people of messages that nobody works on, one incident per queue, whoever gave them up; and
 * resolves it when the last one of the queue is gone.
 */
export async function watchDeadLetters(deps: WatchLettersDeps): Promise<void> {
  const byQueue = Map.groupBy(await listDeadLetters(deps.queues), ({ queue }) => queue);
  const open = new Set<string>();
  for await (const { violation } of deps.incidents.list({ code })) open.add(violation.subject);
  for (const [queue, letters] of byQueue) {
    if (!open.has(queue)) await deps.raise(violationOf(queue, letters));
  }
  for (const queue of open) if (!byQueue.has(queue)) await deps.resolve(code, queue);
}

function violationOf(queue: string, letters: readonly OpenedDeadLetter[]): SystemViolation {
  const [first] = letters;
  const count = letters.length === 1 ? 'One message' : `${letters.length} messages`;
  const message = `${count} on ${queue} cannot be handled. The oldest: ${first?.code}: ${first?.reason || first?.explanation}`;
  return {
    code,
    subject: queue,
    message,
    details: { queue, code: first?.code ?? '', count: letters.length },
  };
}
