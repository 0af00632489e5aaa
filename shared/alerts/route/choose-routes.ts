import type { ViolationCode } from '../../domain/index.ts';
import type { AlertConfig, Route } from '../config/schema.ts';
import type { AlertRecord } from '../state/alert-record.ts';
import { matches } from './matches.ts';

/** The route of what goes wrong with the alerts themselves and no route of the file takes: it is never dropped. */
export const emergencyRoute = 'failed channels';

const ownTroubles: ReadonlySet<ViolationCode> = new Set(['ALERT_CHANNEL_FAILED', 'ALERTS_FILE_INVALID']);

/**
 * The routes that tell of an alert, in the order of the file: the first that matches, and further ones
 * as long as each says `continue`. A channel is told once, by the first route that leads to it.
 */
export function chooseRoutes(record: AlertRecord, config: AlertConfig): readonly Route[] {
  const chosen: Route[] = [];
  for (const route of config.routes) {
    if (!matches(record, route.when)) continue;
    if (!chosen.some(({ to }) => to[0] === route.to[0])) chosen.push(route);
    if (!route.continue) break;
  }
  const { code, subject } = record.violation;
  return chosen.length === 0 && ownTroubles.has(code) ? emergency(config, subject) : chosen;
}

/** All routes there are, with the one that the file does not name. */
export const allRoutes = (config: AlertConfig): readonly Route[] => [
  ...config.routes,
  ...emergency(config, undefined),
];

/** Every channel but the failed one, which comes last. */
function emergency(config: AlertConfig, failed: string | undefined): readonly Route[] {
  const channels = Object.keys(config.channels);
  const to = [...channels.filter((name) => name !== failed), ...channels.filter((name) => name === failed)];
  return [
    {
      route: emergencyRoute,
      when: {},
      to,
      mode: 'atOnce',
      updates: true,
      resolutions: true,
      continue: false,
    },
  ];
}
