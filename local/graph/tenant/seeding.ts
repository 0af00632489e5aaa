import {
  type DirectoryObject,
  type LinkName,
  linkNames,
  type ObjectKind,
  type Properties,
} from './objects.ts';
import type { Store } from './store.ts';
import type { LinkTargets } from './tenant.ts';

export type Seeding = Readonly<
  Record<ObjectKind, (properties: Properties, links?: LinkTargets) => DirectoryObject>
> & {
  /** Adds many references at once, sorting once. */
  links(link: LinkName, from: string, targets: Iterable<string>): void;
};

/** Fills a store directly: what is seeded was always there, so nothing enters the history. */
export const createSeeding = (store: Store, nextId: () => string, now: () => number): Seeding => {
  const createdDateTime = `${new Date(now()).toISOString().slice(0, 10)}T00:00:00Z`;

  const plant =
    (kind: ObjectKind) =>
    (properties: Properties, links: LinkTargets = {}): DirectoryObject => {
      const { id, ...rest } = properties;
      const object: DirectoryObject = {
        kind,
        id: typeof id === 'string' ? id : nextId(),
        properties: { createdDateTime, ...rest },
        deletedAt: undefined,
        severed: [],
      };
      store.plant(object);
      for (const link of linkNames) {
        const targets = links[link];
        if (targets) store.links.addAll(link, object.id, targets);
      }
      return object;
    };

  return {
    group: plant('group'),
    user: plant('user'),
    device: plant('device'),
    administrativeUnit: plant('administrativeUnit'),
    servicePrincipal: plant('servicePrincipal'),
    orgContact: plant('orgContact'),
    links: (link, from, targets) => {
      store.links.addAll(link, from, targets);
    },
  };
};
