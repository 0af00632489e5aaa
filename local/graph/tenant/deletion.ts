import type { DirectoryObject } from './objects.ts';
import { linkNames, objectKinds, type SeveredLink } from './objects.ts';
import type { Tenant } from './tenant.ts';

/** How long the recycle bin keeps an object: 30 days. */
export const recycleBinMs = 30 * 24 * 60 * 60 * 1000;

/** Takes the object out of everything that points at it; each live holder records a change of its own. */
const sever = ({ store, record }: Tenant, id: string): SeveredLink[] =>
  linkNames.flatMap((link) =>
    [...store.links.to(link, id)].map((from) => {
      store.links.remove(link, from, id);
      const holder = store.objects.get(from);
      if (holder && store.isLive(from)) {
        record({
          event: 'updated',
          object: holder,
          links: [{ link, added: [], removed: [id] }],
          consequence: true,
        });
      }
      return { link, from };
    }),
  );

const mend = ({ store, record }: Tenant, object: DirectoryObject): void => {
  for (const { link, from } of object.severed) {
    const holder = store.objects.get(from);
    if (!holder || !store.links.add(link, from, object.id)) continue;
    if (store.isLive(from)) {
      record({
        event: 'updated',
        object: holder,
        links: [{ link, added: [object.id], removed: [] }],
        consequence: true,
      });
    }
  }
  object.severed = [];
};

export const softDelete = (tenant: Tenant, object: DirectoryObject): void => {
  object.deletedAt = tenant.now();
  tenant.store.putDeleted(object);
  tenant.record({ event: 'softDeleted', object });
  object.severed = sever(tenant, object.id);
};

/** Brings an object back with its own references (members, owners) and those that pointed at it. */
export const restore = (tenant: Tenant, id: string): void => {
  const object = tenant.store.objects.get(id);
  if (object?.deletedAt === undefined) throw new Error(`Object ${id} is not in the recycle bin.`);
  const deletedBefore = object.deletedAt;
  object.deletedAt = undefined;
  tenant.store.putLive(object);
  const links = linkNames.flatMap((link) => {
    const added = [...tenant.store.links.of(link, id)];
    return added.length > 0 ? [{ link, added, removed: [] }] : [];
  });
  tenant.record({ event: 'restored', object, deletedBefore, links });
  mend(tenant, object);
};

export const purge = (tenant: Tenant, id: string): void => {
  const object = tenant.store.objects.get(id);
  if (!object) throw new Error(`Object ${id} does not exist.`);
  const deletedBefore = object.deletedAt;
  if (deletedBefore === undefined) sever(tenant, id);
  tenant.store.bury(object);
  tenant.record({ event: 'purged', object, deletedBefore });
};

export const purgeExpired = (tenant: Tenant): void => {
  const oldest = tenant.now() - recycleBinMs;
  for (const kind of objectKinds) {
    for (const id of [...tenant.store.deleted(kind)]) {
      const deletedAt = tenant.store.objects.get(id)?.deletedAt;
      if (deletedAt !== undefined && deletedAt < oldest) purge(tenant, id);
    }
  }
};
