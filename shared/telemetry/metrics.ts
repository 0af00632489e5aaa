import { type Attributes, metrics } from '@opentelemetry/api';
import { type MetricName, metricNames } from './names.ts';

type Fields = Readonly<Record<string, unknown>>;
type Log = (event: string, fields: Fields, level?: 'debug' | 'info' | 'warn' | 'error') => void;

/**
 * A log whose events are counted as well. What happens is said once, in the log; the metrics follow
 * from it, so that the two cannot disagree. Without an exporter nothing is counted.
 */
export const metered =
  (log: Log): Log =>
  (event, fields, level) => {
    log(event, fields, level);
    meters[event]?.(fields);
  };

/** What each event adds. Attributes have few values each: never an id, a name or a message. */
const meters: Readonly<Record<string, (fields: Fields) => void>> = {
  'notification.received': ({ items }) => add('writeback.notifications', Number(items), {}),
  'change.decided': (fields) =>
    add('writeback.changes', 1, pick(fields, ['kind', 'cause', 'outcome', 'reason'])),
  'outcome.settled': (fields) => {
    add('writeback.outcomes', 1, pick(fields, ['kind', 'intent', 'cause', 'result']));
    for (const change of ['added', 'removed']) {
      const count = Number(fields[change === 'added' ? 'membersAdded' : 'membersRemoved'] ?? 0);
      if (count > 0) add('writeback.members', count, { change });
    }
    if (fields.result !== 'applied') return;
    add('writeback.latency', Number(fields.totalMs) / 1000, pick(fields, ['kind', 'cause']));
    for (const stage of ['decide', 'queue', 'write'])
      add('writeback.stage.duration', Number(fields[`${stage}Ms`]) / 1000, { stage });
  },
  'violation.opened': (fields) =>
    add('writeback.violations', 1, { ...pick(fields, ['code']), event: 'opened' }),
  'violation.resolved': (fields) =>
    add('writeback.violations', 1, { ...pick(fields, ['code']), event: 'resolved' }),
  'message.failed': (fields) => add('writeback.messages.failed', 1, pick(fields, ['queue'])),
  'message.rejected': (fields) => add('writeback.messages.rejected', 1, pick(fields, ['queue', 'code'])),
};

function pick(fields: Fields, names: readonly string[]): Attributes {
  return Object.fromEntries(
    names.flatMap((name) => (typeof fields[name] === 'string' ? [[name, fields[name]]] : [])),
  );
}

/** Instruments belong to the provider of their time; a provider that comes later gets its own. */
function add(name: MetricName, value: number, attributes: Attributes): void {
  if (!Number.isFinite(value) || value < 0) return;
  const { kind, unit, about } = metricNames[name];
  const meter = metrics.getMeter('entra-writeback');
  const options = { unit, description: about };
  if (kind === 'counter') meter.createCounter(name, options).add(value, attributes);
  else meter.createHistogram(name, options).record(value, attributes);
}
