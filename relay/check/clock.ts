import type { Connection } from '../directory/connection/connection.ts';
import { textOf } from '../directory/connection/entry.ts';
import { readRoot } from '../prepare/session.ts';
import { type CheckLine, error, ok, warning } from './line.ts';

/** Seconds of difference. Kerberos, and with it the trust among domain controllers, ends at 300 (RFC 4120 §1.6). */
const limits = { warning: 60, error: 300 } as const;

/** Compares the domain controller's clock with ours, which certificates, tokens and budgets depend on. */
export async function checkClock(connection: Connection, now: () => Date): Promise<CheckLine> {
  const before = now().getTime();
  const root = await readRoot(connection, ['currentTime']);
  const middle = (before + now().getTime()) / 2;
  const theirs = timeOf(root === undefined ? undefined : textOf(root, 'currentTime'));
  if (theirs === undefined) {
    const remedy = 'Look whether this is a domain controller of Active Directory.';
    return warning('clock', `${connection.url} does not say its time.`, remedy);
  }
  return clockLine(connection.url, Math.round((theirs.getTime() - middle) / 1000));
}

/** What is to be said of a domain controller whose clock is so many seconds ahead. */
export function clockLine(url: string, ahead: number): CheckLine {
  const difference = Math.abs(ahead);
  const detail = `The clock of ${url} is ${difference} s ${ahead < 0 ? 'behind' : 'ahead of'} this machine's.`;
  if (difference < limits.warning) return ok('clock', detail);
  const remedy =
    'Compare both with a third one (w32tm /query /status, timedatectl) and mend the one that is wrong.';
  return difference < limits.error ? warning('clock', detail, remedy) : error('clock', detail, remedy);
}

/** GeneralizedTime as AD writes it: 20260301080000.0Z. */
function timeOf(text: string | undefined): Date | undefined {
  const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(?:\.\d+)?Z$/
    .exec(text ?? '')
    ?.slice(1)
    .map(Number);
  if (parts === undefined) return undefined;
  const [year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0] = parts;
  return new Date(Date.UTC(year, month - 1, day, hour, minute, second));
}
