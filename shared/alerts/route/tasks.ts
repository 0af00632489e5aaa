import type { AlertConfig, Route } from '../config/schema.ts';
import type { Happening } from '../message/message.ts';
import type { AlertRecord, Told } from '../state/alert-record.ts';
import { allRoutes, chooseRoutes } from './choose-routes.ts';
import { isMuted } from './matches.ts';

/** Something that one channel is still to be told of one incident. */
export type Task = {
  readonly record: AlertRecord;
  readonly route: Route;
  /** The channel that counts as told, whichever one takes the message. */
  readonly channel: string;
  readonly event: Happening;
  /** Since when it waits. */
  readonly since: Date;
};

/** Hours after the last message until the next update: at growing intervals, then weekly. */
const updateHours = [1, 4, 24, 168] as const;

/** Everything that is still to be told of an incident. Nothing is told twice to a channel. */
export function tasksOf(record: AlertRecord, config: AlertConfig, now: Date): readonly Task[] {
  const muted = isMuted(record, config.mutes, now);
  const chosen = chooseRoutes(record, config);
  const first = muted ? [] : chosen.flatMap((route) => announcement(record, route));
  const later = Object.entries(record.told).flatMap(([channel, told]) => {
    const route = routeTo(channel, told, [...chosen, ...allRoutes(config)]);
    return route ? followUp(record, channel, told, route, muted, now) : [];
  });
  return [...first, ...later];
}

function announcement(record: AlertRecord, route: Route): readonly Task[] {
  const [channel] = route.to;
  if (channel === undefined || record.told[channel]) return [];
  const event = record.resolvedAt ? 'passed' : 'opened';
  return [{ record, route, channel, event, since: new Date(record.heardAt) }];
}

function followUp(
  record: AlertRecord,
  channel: string,
  told: Told,
  route: Route,
  muted: boolean,
  now: Date,
): readonly Task[] {
  if (told.resolvedAt) return [];
  if (record.resolvedAt) {
    const since = new Date(record.resolvedAt);
    return route.resolutions ? [{ record, route, channel, event: 'resolved', since }] : [];
  }
  const hours = updateHours[Math.min(told.updates, updateHours.length - 1)] ?? 168;
  const since = new Date(Date.parse(told.at) + hours * 3_600_000);
  const due = route.updates && !muted && record.count > told.count && since <= now;
  return due ? [{ record, route, channel, event: 'updated', since }] : [];
}

/** The route that told a channel before; where it is gone, another one that begins with the same channel. */
const routeTo = (channel: string, told: Told, routes: readonly Route[]): Route | undefined => {
  const leading = routes.filter(({ to }) => to[0] === channel);
  return leading.find(({ route }) => route === told.route) ?? leading[0];
};
