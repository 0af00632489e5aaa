import { hash } from 'node:crypto';

export type Seed = number | string;

/** A version 4 GUID that is a function of the words: the same words, the same GUID. */
export const guidOf = (...words: readonly (string | number)[]): string => {
  const hex = hash('sha256', words.join('/'), 'hex');
  const variant = '89ab'.charAt(Number.parseInt(hex.charAt(16), 16) & 3);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
};

/** An endless supply of GUIDs; the same seed gives the same ones in the same order. */
export const createIds = (seed: Seed, name: string): (() => string) => {
  let count = 0;
  return () => guidOf(seed, name, count++);
};

const bytesOf = (guid: string): Buffer => {
  const hex = guid.replaceAll('-', '');
  const swap = (text: string) => text.match(/../g)?.reverse().join('') ?? '';
  return Buffer.from(
    swap(hex.slice(0, 8)) + swap(hex.slice(8, 12)) + swap(hex.slice(12, 16)) + hex.slice(16),
    'hex',
  );
};

/** The cloud SID of an object: `S-1-12-1-` and its id as four little-endian 32-bit numbers. */
export const cloudSid = (guid: string): string => {
  const bytes = bytesOf(guid);
  return `S-1-12-1-${[0, 4, 8, 12].map((offset) => bytes.readUInt32LE(offset)).join('-')}`;
};

/** The immutable id that Entra Connect derives from an objectGUID: base64 of its bytes in .NET order. */
export const immutableIdOf = (objectGuid: string): string => bytesOf(objectGuid).toString('base64');

export const isGuid = (text: string): boolean => /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
