import { StateError } from '../state-error.ts';

/** Longest partition or key, in UTF-16 code units. */
export const keyLimit = 400;

/** Largest value, in bytes of its JSON: in base64 it fits in one entity of Azure Table storage (1 MiB). */
export const valueLimit = 700 * 1024;

/** @throws StateError where a store could not keep the key apart from others. */
export function checkKey(text: string): void {
  if (text.length >= 1 && text.length <= keyLimit && text.isWellFormed()) return;
  throw new StateError(
    'STATE_KEY_INVALID',
    `A key of the state has 1 to ${keyLimit} characters of well-formed text; this one has ${text.length}: ${JSON.stringify(text.slice(0, 60))}.`,
  );
}

/** The JSON of a value. @throws StateError where it is none, or too large. */
export function checkedJson(partition: string, key: string, value: unknown): string {
  const json: string | undefined = JSON.stringify(value);
  if (json === undefined) {
    throw new StateError(
      'STATE_VALUE_INVALID',
      `The value of ${partition} ${key} is not JSON (${typeof value}).`,
    );
  }
  const size = Buffer.byteLength(json);
  if (size > valueLimit) {
    throw new StateError(
      'STATE_VALUE_INVALID',
      `The value of ${partition} ${key} has ${size} bytes; at most ${valueLimit} fit. Store less, or cut it into several keys.`,
    );
  }
  return json;
}
