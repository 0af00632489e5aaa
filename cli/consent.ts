import { createInterface } from 'node:readline/promises';

/** Asks the person at the terminal; only the word yes is consent. */
export async function askConsent(question: string): Promise<boolean> {
  const terminal = createInterface({ input: process.stdin, output: process.stdout });
  try {
    return (await terminal.question(`${question} Type yes: `)).trim().toLowerCase() === 'yes';
  } finally {
    terminal.close();
  }
}
