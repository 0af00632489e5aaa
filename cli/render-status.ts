import { styleText } from 'node:util';
import { inNumbers, type PlanCounts } from '../shared/domain/index.ts';

/** What `GET /api/status` answers, as far as people read it. */
export type Status = {
  readonly at: string;
  readonly policy: { readonly version: string; readonly problem: string | null };
  readonly subscriptions: readonly { readonly resource: string; readonly expiresAt: string }[];
  readonly feeds: readonly {
    readonly feed: string;
    readonly started: boolean;
    readonly synchronising: null | { readonly because: string };
    readonly secondsSinceDrain: number | null;
    readonly secondsSinceChange: number | null;
  }[];
  readonly objects: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** What the relay would do and does not, by kind: in stage mode, or since it is held. */
  readonly keptBack: Readonly<Record<string, PlanCounts>>;
  readonly openHolds: number;
  readonly violations: Readonly<Record<string, number>>;
};

const heading = (text: string): string => styleText('underline', text);
const ago = (seconds: number | null): string => (seconds === null ? 'never' : `${seconds} s ago`);

/** The status as a page for the terminal. */
export function renderStatus(status: Status): string {
  const { policy, subscriptions, feeds, objects, keptBack, openHolds, violations } = status;
  const waiting = Object.entries(keptBack).filter(([, counts]) => inNumbers(counts) !== 'nothing');
  const open = Object.entries(violations);
  return [
    `policy ${policy.version}${policy.problem ? `  ${styleText('red', policy.problem)}` : ''}   ${styleText('dim', status.at)}`,
    '',
    heading('Subscriptions'),
    ...(subscriptions.length === 0 ? ['  none: changes are found by the feeds only'] : []),
    ...subscriptions.map(({ resource, expiresAt }) => `  ${resource.padEnd(10)} until ${expiresAt}`),
    '',
    heading('Feeds'),
    ...feeds.map(
      ({ feed, started, synchronising, secondsSinceDrain, secondsSinceChange }) =>
        `  ${feed.padEnd(10)} ${started ? `drained ${ago(secondsSinceDrain)}, last change ${ago(secondsSinceChange)}` : 'not started'}${synchronising ? `  ${synchronising.because}` : ''}`,
    ),
    '',
    heading('Objects'),
    ...Object.entries(objects).map(
      ([kind, counts]) =>
        `  ${kind.padEnd(10)} ${Object.entries(counts)
          .map(([name, count]) => `${name} ${count}`)
          .join('  ')}`,
    ),
    '',
    ...(waiting.length === 0
      ? []
      : [
          heading('Planned and not written (stage mode, or held)'),
          ...waiting.map(([kind, counts]) => `  ${kind.padEnd(10)} ${inNumbers(counts)}`),
          '',
        ]),
    ...(openHolds === 0 ? [] : [`${openHolds} held plans wait: entra-writeback holds`, '']),
    heading('Open violations'),
    ...(open.length === 0 ? ['  none'] : []),
    ...open.map(([code, count]) => `  ${String(count).padStart(5)}  ${code}`),
  ].join('\n');
}
