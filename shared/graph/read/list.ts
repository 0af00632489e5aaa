import type { z } from 'zod';
import { type LiveSnapshot, momentOf, type ObjectKind } from '../../domain/index.ts';
import { pagesOf } from '../request/pages.ts';
import type { Call, Requester } from '../request/requester.ts';
import { deviceSelection, LiveDevice } from '../schema/device.ts';
import { explain } from '../schema/explain.ts';
import { extensionSelection, extensionsOf } from '../schema/extensions.ts';
import { groupSelection, LiveGroup, LiveGroupWithConfiguration } from '../schema/group.ts';
import { LiveUser, userSelection } from '../schema/user.ts';
import type { ObjectStep } from '../types.ts';
import { groupVersion } from './group.ts';
import { pageSize, query } from './query.ts';

type Snapshots = (raw: unknown, readAt: LiveSnapshot['readAt']) => LiveSnapshot | z.ZodError;

type Listing = { readonly call: Call; readonly snapshotOf: Snapshots };

/**
 * Lists all objects of a kind, page by page, each as a snapshot: what costs a request of its own
 * (owners, administrative units, people of a device) is null. `next` of a page goes on after it.
 */
export async function* listObjects(
  requester: Requester,
  withConfiguration: boolean,
  kind: ObjectKind,
  extensions: readonly string[],
  from: string | undefined,
): AsyncIterable<ObjectStep> {
  const { call, snapshotOf } = listings[kind](extensions, withConfiguration);
  let readAt = momentOf(requester.now());
  for await (const page of pagesOf(requester, from === undefined ? call : { ...call, path: from })) {
    if ('failed' in page) return yield page;
    const read = page.values.map((raw) => snapshotOf(raw, readAt));
    yield {
      snapshots: read.filter((one) => 'kind' in one),
      refused: read.flatMap((one, index) =>
        'kind' in one ? [] : [`${kind} ${idOf(page.values[index])}: ${explain(one)}`],
      ),
      next: page.next,
    };
    readAt = momentOf(requester.now());
  }
}

const listings: Readonly<
  Record<ObjectKind, (extensions: readonly string[], withConfiguration: boolean) => Listing>
> = {
  group: (extensions, withConfiguration) => {
    const select = [...groupSelection(withConfiguration), ...extensionSelection(extensions)];
    const schema = withConfiguration ? LiveGroupWithConfiguration : LiveGroup;
    return {
      call: {
        path: query(`/${groupVersion(withConfiguration)}/groups`, select, pageSize),
        permission: 'Group.Read.All',
      },
      snapshotOf: (raw, readAt) => {
        const { data, error } = schema.safeParse(raw);
        if (!data) return error;
        const properties = { ...data.properties, extensions: extensionsOf(raw, extensions) };
        return { kind: 'group', presence: 'present', id: data.id, readAt, properties };
      },
    };
  },
  user: (extensions) => ({
    call: {
      path: query('/v1.0/users', [...userSelection, ...extensionSelection(extensions)], pageSize),
      permission: 'User.Read.All',
    },
    snapshotOf: (raw, readAt) => {
      const { data, error } = LiveUser.safeParse(raw);
      if (!data) return error;
      const properties = { ...data.properties, extensions: extensionsOf(raw, extensions) };
      return { kind: 'user', presence: 'present', id: data.id, readAt, properties };
    },
  }),
  device: () => ({
    call: { path: query('/v1.0/devices', deviceSelection, pageSize), permission: 'Device.Read.All' },
    snapshotOf: (raw, readAt) => {
      const { data, error } = LiveDevice.safeParse(raw);
      if (!data) return error;
      return { kind: 'device', presence: 'present', id: data.id, readAt, properties: data.properties };
    },
  }),
};

const idOf = (raw: unknown): string =>
  typeof raw === 'object' && raw !== null && 'id' in raw ? String(raw.id) : 'without id';
