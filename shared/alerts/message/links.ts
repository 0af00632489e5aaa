import type { ObjectRef } from '../../domain/index.ts';

/** Addresses that a message links to. Undefined where this app has no public address. */
export type Links = {
  readonly toObject: (about: ObjectRef | undefined) => string | undefined;
  readonly toStatus: string | undefined;
};

/** Links below the public address of the app: the story of an object, or the status of the whole. */
export function createLinks(portalUrl: string | undefined): Links {
  const base = portalUrl?.replace(/\/+$/, '');
  const toStatus = base && `${base}/api/status`;
  return {
    toStatus,
    toObject: (about) => (about ? base && `${base}/api/objects/${about.id}` : toStatus),
  };
}
