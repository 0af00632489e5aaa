import { EntraId, type ObjectKind, type ObjectRef } from '../domain/index.ts';

const kinds: Readonly<Record<string, ObjectKind>> = { groups: 'group', users: 'user', devices: 'device' };

/**
 * The object that a notification's `resource` names: `Groups/{id}` as Graph writes it, in any case,
 * with or without slashes at its ends, version or address, or in the key form `groups('{id}')`.
 * Undefined where it names none.
 */
export function parseResource(resource: string): ObjectRef | undefined {
  const match =
    /^(?:https:\/\/[^/]+)?\/?(?:(?:v1\.0|beta)\/)?(?<collection>[a-z]+)(?:\/(?<id>[^/()]+)|\('(?<key>[^']+)'\))\/?$/i.exec(
      resource,
    );
  const kind = kinds[match?.groups?.collection?.toLowerCase() ?? ''];
  const id = EntraId.safeParse(match?.groups?.id ?? match?.groups?.key ?? '');
  return kind && id.success ? { kind, id: id.data } : undefined;
}
