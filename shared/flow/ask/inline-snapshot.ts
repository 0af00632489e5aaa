import { z } from 'zod';
import { MemberRecord, Moment, momentOf, ObjectKind, Snapshot } from '../../domain/index.ts';
import { DeletedDevice, LiveDevice } from '../../graph/schema/device.ts';
import { extensionsOf } from '../../graph/schema/extensions.ts';
import { DeletedGroup, LiveGroup, LiveGroupWithConfiguration } from '../../graph/schema/group.ts';
import { memberSchema } from '../../graph/schema/member.ts';
import { DeletedUser, LiveUser } from '../../graph/schema/user.ts';

/** Something that a caller gave, or all that is wrong with it. */
export type Given<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly issues: readonly z.core.$ZodIssue[] };

/** Reads with a schema; what was sent is in the issues, so that it can be shown. */
export function read<T>(schema: z.ZodType<T>, value: unknown): Given<T> {
  const parsed = schema.safeParse(value, { reportInput: true });
  return parsed.success ? { ok: true, value: parsed.data } : { ok: false, issues: parsed.error.issues };
}

/**
 * An object as a caller gives it, in one of two shapes: the snapshot of this product (`properties`),
 * where everything that has a default may be left out; or an object as Graph answers it, of which
 * the kind is told by `@odata.type` or `@odata.context`, else by `kind`.
 */
export function readInlineSnapshot(value: object, kind: ObjectKind): Given<Snapshot> {
  const isOurs = 'properties' in value || ('presence' in value && value.presence === 'deleted');
  return isOurs ? readOurs({ kind, ...value }) : readGraphs(value, kindIn(value) ?? kind);
}

/** The time of a snapshot that came without one: it decides nothing but is part of the shape. */
const unknownTime = momentOf(new Date(0));

function readOurs(value: object): Given<Snapshot> {
  const given = read(Snapshot, { presence: 'present', readAt: unknownTime, ...value });
  return given.ok ? given : { ok: false, issues: given.issues.flatMap(meant) };
}

/** A union refuses with the issues of each of its branches; those of the branch that was meant say what is wrong. */
function meant(issue: z.core.$ZodIssue): readonly z.core.$ZodIssue[] {
  if (issue.code !== 'invalid_union') return [issue];
  const [closest = []] = [...issue.errors].sort((one, other) => strangeness(one) - strangeness(other));
  return closest.flatMap(meant);
}

/** How little a branch was meant: another kind or presence, or none of its fields. */
const strangeness = (issues: readonly z.core.$ZodIssue[]): number =>
  issues.filter(({ code, path }) => path.length === 0 && code === 'unrecognized_keys').length * 10 +
  issues.filter(({ path }) => path[0] === 'kind' || path[0] === 'presence').length;

const Deleted = z.looseObject({ deletedDateTime: Moment });

/**
 * A property that Graph did not return is not null: what decides over AD must be there. Of what is in the
 * recycle bin Graph answers the default properties only, which decide nothing.
 */
function readGraphs(value: object, kind: ObjectKind): Given<Snapshot> {
  const isDeleted = Deleted.safeParse(value).success;
  const given = read(isDeleted ? deletedSchemas[kind] : schemaFor(kind, value), value);
  if (!given.ok) return { ok: false, issues: given.issues.map(notSelected) };
  const { id, properties } = given.value;
  const presence = isDeleted ? 'softDeleted' : 'present';
  const extensions = kind === 'device' ? {} : { extensions: extensionsOf(value, extensionNames(value)) };
  return read(Snapshot, {
    kind,
    presence,
    id,
    readAt: unknownTime,
    properties: { ...properties, ...extensions },
  });
}

function notSelected(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  if (issue.input !== undefined || !issue.message.includes('undefined')) return issue;
  const message = 'is missing: ask Graph for it with $select. Where nobody has set it, null stands for that.';
  return { code: 'custom', path: issue.path, message };
}

type GraphObject = { readonly id: string; readonly properties: object };

const deletedSchemas: Readonly<Record<ObjectKind, z.ZodType<GraphObject>>> = {
  group: DeletedGroup,
  user: DeletedUser,
  device: DeletedDevice,
};

function schemaFor(kind: ObjectKind, raw: object): z.ZodType<GraphObject> {
  if (kind === 'user') return LiveUser;
  if (kind === 'device') return LiveDevice;
  return 'writebackConfiguration' in raw ? LiveGroupWithConfiguration : LiveGroup;
}

/** Every extension attribute that is there: `extension_<app>_<name>`, and `extensionAttribute1` to 15. */
const extensionNames = (value: object): readonly string[] => [
  ...Object.keys(value).filter((name) => name.startsWith('extension_')),
  ...Array.from({ length: 15 }, (_, index) => `extensionAttribute${index + 1}`),
];

const Typed = z.looseObject({
  '@odata.type': z.string().optional(),
  '@odata.context': z.string().optional(),
});

/** `#microsoft.graph.group`, or `…/$metadata#groups/$entity` and `…/$metadata#groups(id,…)/$entity`. */
function kindIn(value: object): ObjectKind | undefined {
  const { data } = Typed.safeParse(value);
  const type = data?.['@odata.type']?.split('.').at(-1);
  const set = /#(group|user|device)s\b/.exec(data?.['@odata.context'] ?? '')?.[1];
  return ObjectKind.safeParse(type ?? set).data;
}

const OurMember = MemberRecord.extend({
  onPremisesSecurityIdentifier: MemberRecord.shape.onPremisesSecurityIdentifier.default(null),
  onPremisesSyncEnabled: MemberRecord.shape.onPremisesSyncEnabled.default(null),
});

/** Members as a caller gives them: `{ id, type }` and what else is known, or as Graph answers them (`@odata.type`). */
export function readInlineMembers(values: readonly object[]): Given<readonly MemberRecord[]> {
  const members: MemberRecord[] = [];
  const issues: z.core.$ZodIssue[] = [];
  values.forEach((value, index) => {
    const isGraphs = '@odata.type' in value;
    const given = read<MemberRecord>(isGraphs ? memberSchema() : OurMember, value);
    if (!given.ok) issues.push(...below([index], given.issues));
    else if (isGraphs && !tellsAccount(value, given.value)) issues.push(...below([index], [withoutSid]));
    else members.push(given.value);
  });
  return issues.length > 0 ? { ok: false, issues } : { ok: true, value: members };
}

/** Without its SID, a synchronised user or group would be taken for one of the cloud. */
const tellsAccount = (value: object, { type }: MemberRecord): boolean =>
  (type !== 'user' && type !== 'group') || 'onPremisesSecurityIdentifier' in value;

const withoutSid: z.core.$ZodIssue = {
  code: 'custom',
  path: ['onPremisesSecurityIdentifier'],
  message:
    'is missing: ask Graph for it, for example with $expand=members($select=id,userPrincipalName,userType,onPremisesSecurityIdentifier).',
};

/** The same issues, of a value that stands at `path`. */
export const below = (
  path: readonly PropertyKey[],
  issues: readonly z.core.$ZodIssue[],
): readonly z.core.$ZodIssue[] => issues.map((issue) => ({ ...issue, path: [...path, ...issue.path] }));
