import type { SendResult } from './channel.ts';
import type { TooLarge } from './http-post.ts';

/** Tries one size after the other, from the largest, until one is not too large. */
export async function shrinking<S>(
  sizes: readonly S[],
  send: (size: S) => Promise<SendResult | TooLarge>,
): Promise<SendResult> {
  let why = 'There is nothing to send.';
  for (const size of sizes) {
    const sent = await send(size);
    if (sent.result !== 'tooLarge') return sent;
    why = sent.why;
  }
  return { result: 'refused', why: `Even the smallest message is too large for it (${why}).` };
}
