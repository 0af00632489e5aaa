import { once } from 'node:events';
import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal; only the word yes is consent, and the end of the input is none. */
export async function askConsent(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const ended = once(terminal, 'close').then(() => '');
    const answer = await Promise.race([terminal.question(`${question} Type yes: `), ended]);
    return answer.trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}
