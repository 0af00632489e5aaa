import { hold } from '../queue/hold.ts';
import type { Queue } from '../queue/queue.ts';
import { inOrder, type Replay } from './replay.ts';

/** Fills an empty queue, and its dead-letter queue, with what a journal remembers of them. */
export function restore(queue: Queue, past: Replay): void {
  const remembered = past.get(queue.settings.name);
  if (remembered !== undefined) {
    for (const message of inOrder(remembered.messages)) hold(queue, message);
    for (const [id, state] of remembered.sessionStates) queue.sessions.open(id).state = state;
    for (const [messageId, until] of remembered.seen) queue.duplicates.remember(messageId, until);
    queue.lastSequence = Math.max(queue.lastSequence, remembered.lastSequence);
  }
  if (queue.deadLetters !== undefined) restore(queue.deadLetters, past);
}
