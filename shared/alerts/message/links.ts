import type { Item } from './message.ts';

/** Addresses that a message links to. Undefined where this app has no public address. */
export type Links = {
  readonly toObject: (about: Item['about']) => string | undefined;
  readonly toHold: (holdId: string) => string | undefined;
  readonly toStatus: string | undefined;
};

/** Links below the public address of the app: the story of an object, a held plan, or the status of the whole. */
export function createLinks(portalUrl: string | undefined): Links {
  const base = portalUrl?.replace(/\/+$/, '');
  const toStatus = base && `${base}/api/status`;
  return {
    toStatus,
    toHold: (holdId) => base && `${base}/api/holds/${encodeURIComponent(holdId)}`,
    toObject: (about) => (about ? base && `${base}/api/objects/${about.id}` : toStatus),
  };
}

/** One address to open, as a button. */
export type Button = { readonly title: string; readonly url: string };

/** What can be opened of an incident, or of many: what a person must decide on comes first. */
export function buttonsOf(item: Item | undefined, links: Links): readonly Button[] {
  const { holdId, about } = item ?? {};
  const evaluation = about
    ? { title: 'Open the evaluation', url: links.toObject(about) }
    : { title: 'Open the status', url: links.toStatus };
  const hold = holdId === undefined ? [] : [{ title: 'Open the held plan', url: links.toHold(holdId) }];
  return [...hold, evaluation].flatMap(({ title, url }) => (url === undefined ? [] : [{ title, url }]));
}
