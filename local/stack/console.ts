import { styleText } from 'node:util';
import { printable } from '../../cli/printable.ts';
import type { ChildLine } from './child.ts';

/** Where the lines go, and whether it shows colours. */
export type Screen = { readonly write: (line: string) => void; readonly colours: boolean };

type Fields = Readonly<Record<string, unknown>>;
type Format = Parameters<typeof styleText>[0];

/**
 * Turns the events of the functions and the relay into what a person reads: one line for each
 * change with what was received, what was decided and why, what was written, and how long it took.
 */
export function createConsole(screen: Screen): { readonly show: (line: ChildLine) => void } {
  const paint = (format: Format, text: string): string =>
    screen.colours ? styleText(format, text, { validateStream: false }) : text;
  const line = (mark: string, format: Format, parts: readonly string[]): void =>
    screen.write([paint('dim', clock()), paint(format, mark), ...parts.filter(Boolean)].join('  '));

  return {
    show: ({ from, event }) => {
      const fields = unwrap(event);
      const who = `${text(fields, 'kind')} ${paint('bold', text(fields, 'name'))}`;
      const why = paint('dim', because(fields));
      switch (fields.event) {
        case 'outcome.settled':
          if (fields.result === 'unchanged' && fields.cause !== 'request') return;
          return line(...markOf(fields), [who, why, describeResult(fields), paint('dim', timing(fields))]);
        case 'change.decided':
          if (fields.outcome === 'write' || fields.outcome === 'remove') return;
          // Looking at everything would show a line for each object that stays outside.
          if (fields.cause === 'sweep') return;
          return line('·', 'dim', [
            who,
            why,
            String(fields.outcome),
            paint('dim', `${ms(fields.totalMs)} ms`),
          ]);
        case 'violation.opened':
          return line('!', 'yellow', [
            text(fields, 'subject'),
            text(fields, 'code'),
            short(text(fields, 'message')),
          ]);
        case 'violation.resolved':
          return line('✓', 'green', [text(fields, 'subject'), text(fields, 'code'), 'resolved']);
        case 'sweep.enqueued':
          return line('·', 'dim', [`looking at ${text(fields, 'objects')} ${text(fields, 'feed')}`, why]);
        case 'directory.lost':
        case 'directory.back':
        case 'directory.waiting':
          return line('!', 'yellow', [String(fields.event), text(fields, 'message')]);
        default:
          if (isTrouble(fields))
            line('!', 'red', [from, String(fields.event), text(fields, 'message', 'text')]);
      }
    },
  };
}

function markOf(fields: Fields): [string, Format] {
  switch (fields.result) {
    case 'applied':
      return fields.intent === 'remove' ? ['−', 'magenta'] : ['✓', 'green'];
    case 'unchanged':
      return ['=', 'dim'];
    case 'held':
    case 'staged':
      return ['‖', 'yellow'];
    default:
      return ['✗', 'red'];
  }
}

function because(fields: Fields): string {
  const cause = text(fields, 'cause');
  const reason = text(fields, 'reason');
  const rule = fields.rule ? ` (${text(fields, 'rule')})` : '';
  return [cause, reason + rule].filter(Boolean).join(' → ');
}

function describeResult(fields: Fields): string {
  const parts = [text(fields, 'result')];
  const operations = fields.operations;
  if (Array.isArray(operations) && operations.length > 0) parts.push(operations.join(', '));
  if (Number(fields.membersAdded) > 0) parts.push(`+${String(fields.membersAdded)} members`);
  if (Number(fields.membersRemoved) > 0) parts.push(`−${String(fields.membersRemoved)} members`);
  if (Number(fields.leftOut) > 0) parts.push(`${String(fields.leftOut)} left out`);
  if (fields.message) parts.push(text(fields, 'message'));
  return parts.join(' · ');
}

function timing(fields: Fields): string {
  return `${ms(fields.totalMs)} ms (decide ${ms(fields.decideMs)}, queue ${ms(fields.queueMs)}, write ${ms(fields.writeMs)})`;
}

const ms = (value: unknown): string => (typeof value === 'number' ? String(Math.round(value)) : '?');

function text(fields: Fields, ...names: readonly string[]): string {
  for (const name of names)
    if (fields[name] !== undefined && fields[name] !== null) return printable(String(fields[name]));
  return '';
}

const isTrouble = (fields: Fields): boolean =>
  ['warn', 'warning', 'error', 'critical', 'fatal', 40, 50, 60].includes(fields.level as string | number);

/** The beginning of what is long; `entra-writeback violations` has the whole. */
const short = (message: string): string =>
  message.length > longestMessage ? `${message.slice(0, longestMessage)} …` : message;

const longestMessage = 100;

const clock = (): string => new Date().toISOString().slice(11, 23);

/** The host prints its log entries around what a function logged; the function's own event is inside. */
function unwrap(event: Fields): Fields {
  const message = event.message;
  if (typeof message !== 'string' || !message.startsWith('{')) return event;
  try {
    const inner = JSON.parse(message) as unknown;
    if (typeof inner === 'object' && inner !== null && 'event' in inner)
      return { level: event.level, ...inner };
  } catch {
    // A message that only looks like JSON is shown as text.
  }
  return event;
}
