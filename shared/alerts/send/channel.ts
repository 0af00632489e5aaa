import type { Links } from '../message/links.ts';
import type { Message } from '../message/message.ts';
import type { Cover } from '../state/route-record.ts';

/** How a channel answered. `why` is for people, and never holds a secret. */
export type SendResult =
  | { readonly result: 'taken' }
  /** Busy or out of reach: worth another try. `retryAfterMs` is what the channel asked for. */
  | { readonly result: 'later'; readonly why: string; readonly retryAfterMs?: number }
  /** It will not take this, however often it is tried: wrong address, wrong secret, wrong content. */
  | { readonly result: 'refused'; readonly why: string };

/** What is sent: the message, and all incidents that it tells of. */
export type Parcel = { readonly message: Message; readonly covers: readonly Cover[] };

/** One way to reach people. Never throws. */
export type Send = (parcel: Parcel) => Promise<SendResult>;

/** What senders need from outside. */
export type SendDeps = {
  /** The value of an app setting. */
  readonly setting: (name: string) => string | undefined;
  readonly links: Links;
  readonly now: () => Date;
  /** Sends mail by Microsoft Graph: `POST /users/{mailbox}/sendMail` with this body. */
  readonly graphMail: (mailbox: string, body: object) => Promise<SendResult>;
  /** Longest time of one try, in milliseconds. */
  readonly timeoutMs: number;
};

/** The refusal of a channel whose app setting is missing. */
export const settingMissing = (name: string): SendResult => ({
  result: 'refused',
  why: `The app setting ${name} is empty. Set it, or name another one in alerts.yaml.`,
});
