import type { AttributeValue, DesiredObject } from '../../../shared/domain/index.ts';

/** The attributes of a desired object by name. */
export const attributesOf = (object: DesiredObject): Readonly<Record<string, readonly AttributeValue[]>> =>
  Object.fromEntries(object.attributes.map(({ name, values }) => [name, values]));

/** When each attribute is written. */
export const whenOf = (object: DesiredObject): Readonly<Record<string, string>> =>
  Object.fromEntries(object.attributes.map(({ name, when }) => [name, when]));

/** The octets of the only value, in hex. */
export function hexOf(object: DesiredObject, name: string): string {
  const [value] = attributesOf(object)[name] ?? [];
  if (typeof value !== 'object' || !('base64' in value)) throw new Error(`${name} holds no octets`);
  return Buffer.from(value.base64, 'base64').toString('hex');
}
