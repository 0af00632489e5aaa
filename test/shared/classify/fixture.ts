import { readFileSync } from 'node:fs';

/** A payload of Microsoft Graph from test/fixtures/graph. */
export const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`../../fixtures/graph/${name}.json`, import.meta.url), 'utf8'));

/** The items of a payload's `value`. */
export function itemsOf(name: string): readonly unknown[] {
  const body = fixture(name);
  if (typeof body === 'object' && body !== null && 'value' in body && Array.isArray(body.value)) {
    return body.value;
  }
  throw new Error(`${name} has no value`);
}
