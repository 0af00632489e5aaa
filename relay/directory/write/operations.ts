import { Attribute, Change, type Control } from 'ldapts';
import type { Dn, WireValue } from '../../../shared/domain/index.ts';
import { sameDn } from '../../plan/dn.ts';
import type { Connection } from '../connection/connection.ts';
import { placeOf } from '../names/dn.ts';
import { addressOf, type Target } from '../names/target.ts';
import { isSecret, valuesToSend } from './password.ts';

/** Values of one attribute as ldapts sends them: text as text, octets as octets. */
export function attribute(name: string, planned: readonly WireValue[]): Attribute {
  const values = valuesToSend(name, planned);
  const texts = values.filter((value) => typeof value === 'string');
  if (texts.length === values.length) return new Attribute({ type: name, values: [...texts] });
  const octets = values.map((value) =>
    typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value.base64, 'base64'),
  );
  return new Attribute({ type: name, values: octets });
}

export const change = (
  operation: 'add' | 'delete' | 'replace',
  name: string,
  values: readonly WireValue[],
): Change => new Change({ operation, modification: attribute(name, values) });

export type Attributes = Readonly<Record<string, readonly WireValue[]>>;

/** Attributes without values are left out: LDAP does not know them in an add (RFC 4511 §4.7). */
export async function add(connection: Connection, dn: string, attributes: Attributes): Promise<void> {
  const present = Object.entries(attributes).filter(([, values]) => values.length > 0);
  const secret = present.some(([name]) => isSecret(name));
  const sent = present.map(([name, values]) => attribute(name, values));
  return connection.write({ verb: 'add', object: dn, secret }, (client) => client.add(dn, sent));
}

export type Modification = {
  /** By which the server finds it. */
  readonly address: Dn;
  /** By which people know it. */
  readonly object: Dn;
  readonly changes: readonly Change[];
  readonly controls?: readonly Control[];
};

/** All the changes or none. */
export function modify(
  connection: Connection,
  { address, object, changes, controls = [] }: Modification,
): Promise<void> {
  const secret = changes.some(({ modification }) => isSecret(modification.type));
  return connection.write({ verb: 'modify', object, secret }, (client) =>
    client.modify(address, [...changes], [...controls]),
  );
}

/**
 * Renames the object, and moves it where the parent is another. Without a move the parent is not sent, because AD asks for
 * the right to create and delete children wherever one is given (MS-ADTS §3.1.1.5.4.1.1).
 */
export function rename(connection: Connection, from: string, to: string): Promise<void> {
  const { rdn, parent } = placeOf(to);
  const stays = sameDn(placeOf(from).parent, parent);
  const target = stays ? rdn : `${rdn},${parent}`;
  return connection.write({ verb: 'rename', object: from }, (client) => client.modifyDN(from, target));
}

export const remove = (connection: Connection, target: Target): Promise<void> =>
  connection.write({ verb: 'delete', object: target.dn }, (client) => client.del(addressOf(target)));
