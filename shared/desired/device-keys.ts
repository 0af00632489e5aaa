import type { DeviceProperties } from '../domain/index.ts';

/** `X509:<SHA1-TP-PUBKEY>`, 40 hex digits of a thumbprint, then 44 characters of a public key's hash in base64. */
const keyPattern = /^X509:<SHA1-TP-PUBKEY>\+?[0-9A-Fa-f]{40}\+?[A-Za-z0-9+/]{43}=$/;

/**
 * The alternative security identities of a device: its keys of type 2, which Graph gives as base64 of
 * UTF-16LE text (MS-DVRE §2.3.3). Keys of another form are left out. Sorted and without repetition.
 */
export function deviceKeysOf(device: Pick<DeviceProperties, 'alternativeSecurityIds'>): readonly string[] {
  const texts = device.alternativeSecurityIds
    .filter(({ type }) => type === 2)
    .map(({ key }) => Buffer.from(key, 'base64').toString('utf16le'))
    .filter((text) => keyPattern.test(text));
  return [...new Set(texts)].toSorted();
}
