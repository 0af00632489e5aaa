/** Asks at most in one round, so that the filter of one search stays readable for AD. */
const mostTogether = 64;

/**
 * Lets those who need the same costly search do it together: while one round runs, everybody who comes waits, and the
 * next round is for all of them. Every round begins after all of its askers have asked, so nobody gets an answer that is
 * older than the question. A round that fails fails for everybody in it.
 */
export function inRounds<Ask, Answer>(
  search: (asks: readonly Ask[]) => Promise<Answer>,
): (ask: Ask) => Promise<Answer> {
  type Asker = PromiseWithResolvers<Answer> & { readonly ask: Ask };
  let waiting: readonly Asker[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0) {
      const round = waiting.slice(0, mostTogether);
      waiting = waiting.slice(mostTogether);
      try {
        const answer = await search(round.map(({ ask }) => ask));
        for (const { resolve } of round) resolve(answer);
      } catch (error) {
        for (const { reject } of round) reject(error);
      }
    }
    running = false;
  };

  return (ask) => {
    const asker = { ...Promise.withResolvers<Answer>(), ask };
    waiting = [...waiting, asker];
    if (!running) void run();
    return asker.promise;
  };
}
