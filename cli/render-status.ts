import { styleText } from 'node:util';
import { type LastSweep, lastText, type RunningSweep, runningText } from './render-sweep.ts';
import { bad, bySeverity, columns, dim, good, heading, milliseconds, span, warn } from './terminal.ts';

type Percentiles = Readonly<Record<'p50' | 'p95' | 'p99' | 'max', number | null>>;
type Window = { readonly used: number; readonly limit: number };

/** What `GET /api/status` answers, as far as people read it. */
export type Status = {
  readonly at: string;
  readonly policy: { readonly version: string | null; readonly problem: string | null };
  readonly lag: null | {
    readonly seconds: number;
    readonly oldest: null | {
      readonly object: { readonly kind: string; readonly id: string };
      readonly cause: string;
      readonly in: string;
    };
  };
  readonly latency: Readonly<Record<'total' | 'decide' | 'queue' | 'write', Percentiles>> & {
    readonly changes: number;
  };
  readonly relays: readonly {
    readonly name: string;
    readonly host: string;
    readonly version: string;
    readonly state: 'alive' | 'stopped' | 'silent';
    readonly secondsSinceContact: number;
    readonly mode: string;
    readonly directory: { readonly state: string; readonly message?: string };
    readonly budgets: Readonly<Record<string, { readonly hour: Window; readonly day: Window }>>;
    readonly openHolds: number;
  }[];
  readonly queues: readonly {
    readonly queue: string;
    readonly waiting: number;
    readonly scheduled: number;
    readonly deadLetters: number;
    readonly more: boolean;
    readonly oldestSeconds: number | null;
  }[];
  readonly queueProblem: string | null;
  readonly subscriptions: readonly {
    readonly resource: string;
    readonly expiresAt: string;
  }[];
  readonly feeds: readonly {
    readonly feed: string;
    readonly started: boolean;
    readonly synchronising: null | { readonly because: string };
    readonly secondsSinceDrain: number | null;
    readonly secondsSinceChange: number | null;
    readonly secondsSinceNotification: number | null;
  }[];
  readonly sweeps: readonly {
    readonly kind: string;
    readonly running: null | RunningSweep;
    readonly last: null | LastSweep;
  }[];
  readonly objects: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly keptBack: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly violations: readonly {
    readonly code: string;
    readonly severity: string;
    readonly count: number;
    readonly more: boolean;
    readonly oldestSeconds: number | null;
  }[];
  readonly holds: { readonly open: number; readonly oldestSeconds: number | null };
};

/** The status as a page for the terminal: what matters most comes first, what is wrong is coloured. */
export function renderStatus(status: Status): string {
  return [
    ...headline(status),
    ...section('Relays', relays(status)),
    ...section('Latency, last hour', latency(status)),
    ...section('Queues', queues(status)),
    ...section('Feeds and notifications', sources(status)),
    ...section('Sweeps', sweeps(status)),
    ...section('Objects', objects(status)),
    ...section('Open violations', violations(status)),
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): readonly string[] => [
  '',
  heading(title),
  ...lines,
];

function headline({ at, policy, lag, holds }: Status): readonly string[] {
  const behind = lag === null ? warn('unknown') : lagText(lag);
  return [
    `${styleText('bold', 'entra-writeback')}  ${dim(at.replace('T', ' ').slice(0, 19))}  policy ${policy.version ?? 'none'}`,
    `Behind the cloud: ${behind}`,
    ...(policy.problem
      ? [bad(`The ${policy.version === null ? '' : 'newer '}policy does not load: ${policy.problem}`)]
      : []),
    ...(holds.open > 0
      ? [
          warn(
            `${holds.open} held plan${holds.open === 1 ? ' waits' : 's wait'} for a person, the oldest for ${span(holds.oldestSeconds)}: entra-writeback holds`,
          ),
        ]
      : []),
  ];
}

function lagText({ seconds, oldest }: NonNullable<Status['lag']>): string {
  if (!oldest) return good('nothing is waiting');
  const colour = seconds > 300 ? bad : seconds > 30 ? warn : good;
  const { object, cause } = oldest;
  return `${colour(span(seconds))}  ${dim(`${object.kind} ${object.id}, ${cause}, in ${oldest.in}`)}`;
}

function relays({ relays: all }: Status): readonly string[] {
  if (all.length === 0) return [bad('  none has been heard of: nothing is written to AD')];
  return [
    ...columns(
      all.map(({ name, host, version, state, secondsSinceContact, mode, directory }) => [
        state === 'alive' ? good('●') : state === 'silent' ? bad('●') : dim('○'),
        `${name} ${dim(`on ${host}`)}`,
        version,
        mode === 'run' ? mode : warn(mode),
        `${state === 'silent' ? bad(state) : state}, heard ${span(secondsSinceContact)} ago`,
        directory.state === 'up' ? 'AD up' : bad(`AD ${directory.state} ${directory.message ?? ''}`),
      ]),
    ),
    ...budgets(all),
  ];
}

/** Budgets of which something is used; the fuller, the louder. */
function budgets(all: Status['relays']): readonly string[] {
  const used = all.flatMap(({ name, state, budgets: kinds }) =>
    state === 'alive'
      ? Object.entries(kinds)
          .filter(([, { day }]) => day.used > 0)
          .map(([kind, { hour, day }]) => [
            dim(`budget of ${name}`),
            kind,
            share(hour, 'hour'),
            share(day, 'day'),
          ])
      : [],
  );
  return columns(used, '    ');
}

function share({ used, limit }: Window, window: string): string {
  const text = `${used} of ${limit} this ${window}`;
  return used >= limit ? bad(text) : used > limit * 0.8 ? warn(text) : text;
}

function latency({ latency: found }: Status): readonly string[] {
  if (found.changes === 0) return [dim('  no change has reached AD')];
  const row = (name: string, { p50, p95, p99, max }: Percentiles): readonly string[] => [
    name,
    ...[p50, p95, p99, max].map(milliseconds),
  ];
  return columns([
    [
      dim(`${found.changes} change${found.changes === 1 ? '' : 's'}`),
      dim('median'),
      dim('95 %'),
      dim('99 %'),
      dim('longest'),
    ],
    row('from first sign to AD', found.total),
    row('  decided after', found.decide),
    row('  waited for a relay', found.queue),
    row('  written in', found.write),
  ]);
}

function queues({ queues: all, queueProblem }: Status): readonly string[] {
  if (queueProblem) return [bad(`  cannot be looked at: ${queueProblem}`)];
  return columns([
    ['', dim('waiting'), dim('oldest'), dim('for later'), dim('dead letters')],
    ...all.map(({ queue, waiting, scheduled, deadLetters, more, oldestSeconds }) => [
      queue,
      `${waiting}${more ? '+' : ''}`,
      oldestSeconds !== null && oldestSeconds > 300 ? bad(span(oldestSeconds)) : span(oldestSeconds),
      String(scheduled),
      deadLetters > 0 ? bad(String(deadLetters)) : '0',
    ]),
  ]);
}

function sources({ feeds, subscriptions }: Status): readonly string[] {
  const heard = new Map(subscriptions.map((one) => [one.resource.replace(/^\//, ''), one]));
  const ago = (seconds: number | null): string => (seconds === null ? 'never' : `${span(seconds)} ago`);
  const rows = feeds.map((one) => {
    const subscription = heard.get(one.feed);
    return [
      one.feed,
      one.started ? ago(one.secondsSinceDrain) : warn('not started'),
      ago(one.secondsSinceChange),
      subscription ? ago(one.secondsSinceNotification) : dim('–'),
      subscription ? subscription.expiresAt.replace('T', ' ').slice(0, 16) : dim('–'),
      one.synchronising ? warn(`synchronising (${one.synchronising.because})`) : '',
    ];
  });
  const titles = ['drained', 'last change', 'notified', 'subscribed until', ''];
  return columns([['', ...titles.map(dim)], ...rows]);
}

const sweeps = ({ sweeps: all }: Status): readonly string[] =>
  columns(
    all.map(({ kind, running, last }) => [
      `${kind}s`,
      running ? warn(runningText(running)) : dim('–'),
      last
        ? `last ended ${span(last.secondsSinceEnd)} ago (${last.why}): ${lastText(last)}`
        : dim('none has ended'),
    ]),
  );

function objects({ objects: counts, keptBack }: Status): readonly string[] {
  const names = ['write', 'freeze', 'remove', 'ignore', 'written', 'failed'];
  const rows = Object.entries(counts).map(([kind, of]) => [
    `${kind}s`,
    ...names.map((name) => {
      const count = of[name] ?? 0;
      return name === 'failed' && count > 0 ? bad(String(count)) : String(count);
    }),
  ]);
  const back = Object.entries(keptBack).flatMap(([kind, of]) => {
    const parts = Object.entries(of).filter(([, count]) => count > 0);
    const text = parts.map(
      ([name, count]) => `${count} ${name.replace(/[A-Z]/g, (one) => ` ${one.toLowerCase()}`)}`,
    );
    return parts.length > 0 ? [warn(`  kept back of ${kind}s: ${text.join(', ')}`)] : [];
  });
  return [
    ...columns([['', ...names.map((name) => dim(name === 'written' ? 'in AD' : name))], ...rows]),
    ...back,
  ];
}

function violations({ violations: open }: Status): readonly string[] {
  if (open.length === 0) return [good('  none')];
  const order = ['critical', 'error', 'warning', 'information'];
  const sorted = open.toSorted((one, other) => order.indexOf(one.severity) - order.indexOf(other.severity));
  return columns(
    sorted.map(({ code, severity, count, more, oldestSeconds }) => [
      `${count}${more ? '+' : ''}`,
      bySeverity(severity, code),
      dim(severity),
      dim(`oldest ${span(oldestSeconds)}`),
    ]),
  );
}
