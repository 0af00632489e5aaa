import type { Violation } from '../../domain/index.ts';
import type { Log } from '../../flow/log.ts';
import type { Incidents, StateStore } from '../../state/index.ts';
import type { AlertConfigState } from '../config/alerts-file.ts';
import type { AlertConfig } from '../config/schema.ts';
import type { Send } from '../send/channel.ts';
import { createAlertRecords, createDone } from '../state/alert-record.ts';
import { createChannelRecords } from '../state/channel-record.ts';
import { createPass } from '../state/pass.ts';
import { createRouteRecords } from '../state/route-record.ts';

/** What the alerts need from outside. */
export type AlertParts = {
  readonly store: StateStore;
  readonly incidents: Pick<Incidents, 'list'>;
  readonly config: () => Promise<AlertConfigState>;
  /** The way to a channel of the config. */
  readonly sender: (name: string, config: AlertConfig) => Send | undefined;
  /** DN in AD of the object that a violation is about, where it is known. */
  readonly placeOf: (violation: Violation) => Promise<string | undefined>;
  /** Opens, and resolves, the violation that the alerts themselves are in trouble. */
  readonly raise: (code: AlertTrouble, subject: string, message: string) => Promise<void>;
  readonly resolve: (code: AlertTrouble, subject: string) => Promise<void>;
  readonly log: Log;
  readonly now: () => Date;
  /** A number in [0, 1). */
  readonly random: () => number;
  readonly newId: () => string;
};

export type AlertTrouble = 'ALERT_CHANNEL_FAILED' | 'ALERTS_FILE_INVALID';

export type AlertDeps = AlertParts &
  ReturnType<typeof createKept> & {
    /** Does one work after the other for each channel. */
    readonly inTurn: <T>(channel: string, work: () => Promise<T>) => Promise<T>;
  };

/** What is kept between two passes. */
export const createKept = (store: StateStore) => ({
  alerts: createAlertRecords(store),
  done: createDone(store),
  routes: createRouteRecords(store),
  channels: createChannelRecords(store),
  pass: createPass(store),
});
