import { EqualityFilter, type Filter, PresenceFilter, SearchRequest as Search } from 'ldapts';
import { success, tags } from './protocol.ts';
import { type Entry, type Response, readEntry, readResult } from './responses.ts';

/** Message ids from here on are the proxy's own; clients count from 1. */
const firstOwnId = 0x40000000;

/** Asks the server what a rule must know, over the client's connection and with the client's rights. */
export type Questions = {
  /** The object of this DN in any form, or undefined. */
  find(dn: string, attributes: readonly string[]): Promise<Entry | undefined>;
  search(base: string, filter: Filter, attributes: readonly string[]): Promise<readonly Entry[]>;
};

/** Takes the answers to the proxy's own searches out of the stream; answers false for all others. */
export type QuestionDesk = Questions & { take(response: Response): boolean };

export function createQuestions(send: (bytes: Buffer) => void): QuestionDesk {
  const asked = new Map<number, { entries: Entry[]; resolve: (entries: readonly Entry[]) => void }>();
  let nextId = firstOwnId;

  const ask = (base: string, scope: 'base' | 'sub', filter: Filter, attributes: readonly string[]) =>
    new Promise<readonly Entry[]>((resolve) => {
      const messageId = nextId;
      nextId += 1;
      asked.set(messageId, { entries: [], resolve });
      send(new Search({ messageId, baseDN: base, scope, filter, attributes: [...attributes] }).write());
    });

  return {
    find: async (dn, attributes) => (await ask(dn, 'base', anything, attributes))[0],
    search: (base, filter, attributes) => ask(base, 'sub', filter, attributes),
    take: (response) => {
      const question = asked.get(response.id);
      if (question === undefined) return response.id >= firstOwnId;
      if (response.tag === tags.searchEntry) question.entries.push(readEntry(response));
      if (response.tag === tags.searchDone) {
        asked.delete(response.id);
        // What the client may not see, the rule does not see either.
        question.resolve(readResult(response).resultCode === success ? question.entries : []);
      }
      return true;
    },
  };
}

const anything = new PresenceFilter({ attribute: 'objectClass' });

export const equals = (attribute: string, value: string | Buffer): Filter =>
  new EqualityFilter({ attribute, value });

/** The first value as text, or undefined. Attribute names are compared without case. */
export const textOf = (entry: Entry | undefined, name: string): string | undefined => textsOf(entry, name)[0];

export function textsOf(entry: Entry | undefined, name: string): readonly string[] {
  const attribute = entry?.attributes.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return attribute?.values.map(String) ?? [];
}
