import { EntraId, type ObjectKind, type ObjectRef } from './ids.ts';

/**
 * The marker makes an AD object ours. It stands in `adminDescription`, and where the schema has it
 * (Windows Server 2016) in `msDS-ExternalDirectoryObjectId` too; the same values as Entra Connect
 * and Cloud Sync write, so that objects can be adopted in either direction. `adminDescription`
 * beginning with `Group_` or `User_` also keeps Entra Connect from syncing the object up again.
 */
export const markerAttributes = ['adminDescription', 'msDS-ExternalDirectoryObjectId'] as const;

const prefixes = { group: 'Group_', user: 'User_', device: 'Device_' } as const satisfies Record<
  ObjectKind,
  string
>;

/** `Group_<id>`, `User_<id>` or `Device_<id>`. */
export const markerOf = (ref: ObjectRef): string => `${prefixes[ref.kind]}${ref.id}`;

/** The object that a marker names, or undefined where the text is not a marker. Case does not matter. */
export function parseMarker(text: string): ObjectRef | undefined {
  for (const kind of Object.keys(prefixes) as ObjectKind[]) {
    const prefix = prefixes[kind];
    if (text.slice(0, prefix.length).toLowerCase() !== prefix.toLowerCase()) continue;
    const id = EntraId.safeParse(text.slice(prefix.length));
    if (id.success) return { kind, id: id.data };
  }
  return undefined;
}
