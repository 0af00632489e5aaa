import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Attribute, Change } from 'ldapts';
import { afterAll, beforeAll, expect } from 'vitest';
import type { Entry } from '../../../local/samba/ldif.ts';
import { startWorld, type World } from '../world.ts';

/** Users through the whole product: Graph's own paths in, ldapsearch out. */

export const run = promisify(execFile);
/** The command line, without what finds a Node for it. */
export const cli = `'${process.execPath}' --disable-warning=ExperimentalWarning cli/main.ts`;

const policyText = `
groups:
  - rule: All groups
    writeback: true
exchange:
  routingDomain: contoso.mail.onmicrosoft.com
defaults:
  users:
    upnSuffixes: { contoso.com: lab.test, fabrikam.com: lab.test }
    start: randomPassword
users:
  - rule: Nobody in Legal
    when: { attribute: department, operator: equals, value: Legal }
    writeback: false
  - rule: Colliding
    when: { attribute: jobTitle, operator: equals, value: Colliding }
    name: { collision: appendId }
  - rule: Twins
    when: { attribute: jobTitle, operator: equals, value: Twin }
    name: { commonName: "{displayName}", samAccountName: "{Right(id,12)}" }
  - rule: Partners
    when: { attribute: companyName, operator: equals, value: Fabrikam }
    guests: true
    start: disabled
  - rule: Smart cards
    when: { attribute: jobTitle, operator: equals, value: Smart card }
    smartcardRequired: true
  - rule: Starters
    when: { attribute: jobTitle, operator: equals, value: Starter }
    start: disabled
  - rule: Report only
    when: { attribute: jobTitle, operator: equals, value: Report only }
    drift: report
  - rule: Chain
    when: { attribute: jobTitle, operator: equals, value: In the chain }
  - rule: People
    when: { attribute: userPrincipalName, operator: startsWith, value: e2e }
`;

/** Of the test file that imports this: started before its tests, stopped after them. */
export let world: World;

beforeAll(async () => {
  world = await startWorld({ policyText });
}, 120_000);

afterAll(() => world?.stop());

let number = 0;

/** For names that nobody else has. */
export function nextNumber(): number {
  number += 1;
  return number;
}

export type Person = { readonly id: string; readonly name: string };

export async function createUser(given: Readonly<Record<string, unknown>> = {}): Promise<Person> {
  const own = nextNumber();
  const name = `e2e${own}`;
  const body = {
    accountEnabled: true,
    displayName: `Person ${own}`,
    mailNickname: name,
    passwordProfile: { password: 'irrelevant-here-1' },
    userPrincipalName: `${name}@contoso.com`,
    ...given,
  };
  return { id: String((await world.graph('POST', '/v1.0/users', body)).id), name };
}

export const adUser = async (id: string): Promise<Entry | undefined> =>
  (await world.search(`(adminDescription=User_${id})`))[0];
export const applied = (event: Readonly<Record<string, unknown>>): boolean => event.result === 'applied';

/** Creates a user and waits until AD has it. */
export async function written(
  given: Readonly<Record<string, unknown>> = {},
): Promise<Person & { ad: Entry }> {
  const since = world.mark();
  const person = await createUser(given);
  await world.settled(person.id, since, applied);
  const ad = await adUser(person.id);
  if (!ad) throw new Error(`AD does not have user ${person.id}`);
  return { ...person, ad };
}

/** What somebody does with the account in AD. */
export const byHand = (dn: string, type: string, value: string | Buffer): Promise<void> =>
  world.byHand((client) =>
    client.modify(
      dn,
      new Change({
        operation: 'replace',
        modification: new Attribute({ type, values: typeof value === 'string' ? [value] : [value] }),
      }),
    ),
  );
export const sweep = async (): Promise<void> => {
  const answer = await world.api('/sweep', { method: 'POST', body: JSON.stringify({ kind: 'user' }) });
  expect(answer.status).toBe(202);
};
export const violation = (code: string, id: string, since: number) =>
  world.event(
    (event) => event.event === 'violation.opened' && event.code === code && event.id === id,
    since,
    `${code} for ${id}`,
  );
/** Waits until the account is so; each outcome is a reason to look again. */
export async function until(id: string, fits: (ad: Entry) => boolean): Promise<void> {
  for (;;) {
    const since = world.mark();
    const ad = await adUser(id);
    if (ad && fits(ad)) return;
    await world.settled(id, since);
  }
}
export const patch = (id: string, body: unknown): Promise<unknown> =>
  world.graph('PATCH', `/v1.0/users/${id}`, body);
