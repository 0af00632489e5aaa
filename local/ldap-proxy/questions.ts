import {
  type Change,
  EqualityFilter,
  type Filter,
  ModifyRequest,
  PresenceFilter,
  SearchRequest as Search,
} from 'ldapts';
import { success, tags } from './protocol.ts';
import { type Entry, type Response, readEntry, readResult } from './responses.ts';

/** Message ids from here on are the proxy's own; clients count from 1. */
const firstOwnId = 0x40000000;

/** Asks the server what a rule must know, over the client's connection and with the client's rights. */
export type Questions = {
  /** The object of this DN in any form, or undefined. */
  find(dn: string, attributes: readonly string[]): Promise<Entry | undefined>;
  search(base: string, filter: Filter, attributes: readonly string[]): Promise<readonly Entry[]>;
  /** Writes what AD would write by itself. Answers whether the client's rights sufficed. */
  modify(dn: string, changes: readonly Change[]): Promise<boolean>;
};

/** Takes the answers to the proxy's own searches out of the stream; answers false for all others. */
export type QuestionDesk = Questions & { take(response: Response): boolean };

export function createQuestions(send: (bytes: Buffer) => void): QuestionDesk {
  const asked = new Map<number, { readonly entries: Entry[]; readonly resolve: (answer: Answer) => void }>();
  let nextId = firstOwnId;

  const ask = (write: (messageId: number) => Buffer) =>
    new Promise<Answer>((resolve) => {
      const id = nextId;
      nextId += 1;
      asked.set(id, { entries: [], resolve });
      send(write(id));
    });
  const search = async (
    baseDN: string,
    scope: 'base' | 'sub',
    filter: Filter,
    attributes: readonly string[],
  ): Promise<readonly Entry[]> => {
    const answer = await ask((messageId) =>
      new Search({ messageId, baseDN, scope, filter, attributes: [...attributes] }).write(),
    );
    // What the client may not see, the rule does not see either.
    return answer.succeeded ? answer.entries : [];
  };

  return {
    find: async (dn, attributes) => (await search(dn, 'base', anything, attributes))[0],
    search: (base, filter, attributes) => search(base, 'sub', filter, attributes),
    modify: async (dn, changes) =>
      (await ask((messageId) => new ModifyRequest({ messageId, dn, changes: [...changes] }).write()))
        .succeeded,
    take: (response) => {
      const question = asked.get(response.id);
      if (question === undefined) return response.id >= firstOwnId;
      if (response.tag === tags.searchEntry) question.entries.push(readEntry(response));
      if (response.tag === tags.searchDone || response.tag === tags.modifyResponse) {
        asked.delete(response.id);
        const succeeded = readResult(response).resultCode === success;
        question.resolve({ entries: question.entries, succeeded });
      }
      return true;
    },
  };
}

type Answer = { readonly entries: readonly Entry[]; readonly succeeded: boolean };

const anything = new PresenceFilter({ attribute: 'objectClass' });

export const equals = (attribute: string, value: string | Buffer): Filter =>
  new EqualityFilter({ attribute, value });

/** The first value as text, or undefined. Attribute names are compared without case. */
export const textOf = (entry: Entry | undefined, name: string): string | undefined => textsOf(entry, name)[0];

export function textsOf(entry: Entry | undefined, name: string): readonly string[] {
  const attribute = entry?.attributes.find((one) => one.name.toLowerCase() === name.toLowerCase());
  return attribute?.values.map(String) ?? [];
}
