import { z } from 'zod';
import { Moment, type ObjectRef, sessionOf, Violation, type ViolationCode } from '../domain/index.ts';
import { createRecords } from './records.ts';
import type { StateError } from './state-error.ts';
import type { StateStore } from './store.ts';

/** One cause that is not over, with every violation that it raised. */
export const Incident = z.strictObject({
  incidentId: z.string(),
  /** The latest violation. */
  violation: Violation,
  count: z.int().min(1),
  openedAt: Moment,
  lastAt: Moment,
});
export type Incident = z.output<typeof Incident>;

/** What a cause is about: an object, or a part of the system by the subject of its violations. */
export type Subject = { readonly about?: ObjectRef | undefined; readonly subject: string };

export type Incidents = {
  /** Opens the incident of a violation, or counts it as seen again. */
  report(
    violation: Violation,
  ): Promise<{ readonly event: 'opened' | 'repeated'; readonly incident: Incident }>;
  /** Closes it and answers it as it was; undefined where none is open. */
  resolve(code: ViolationCode, on: Subject): Promise<Incident | undefined>;
  find(code: ViolationCode, on: Subject): Promise<Incident | undefined>;
  /** All that are open, by code; or those of one code. `after` is the cursor of the one before. */
  list(some?: {
    readonly code?: ViolationCode;
    readonly after?: string;
    /** Told of each that is damaged, by its cursor. Such an incident is opened anew when it is seen again. */
    readonly unread?: (cursor: string, why: StateError) => void;
  }): AsyncIterable<Incident>;
};

/** Open incidents: one per code and object. `newId` gives each its id. */
export function createIncidents(store: StateStore, newId: () => string): Incidents {
  const records = createRecords({
    store,
    partition: 'incidents',
    what: 'The incident',
    version: 1,
    schema: Incident,
    damaged: 'absent',
  });
  const find: Incidents['find'] = async (code, on) => (await records.read(keyOf(code, on)))?.value;
  return {
    find,
    async report(violation) {
      const fresh: Incident = {
        incidentId: newId(),
        violation,
        count: 1,
        openedAt: violation.at,
        lastAt: violation.at,
      };
      const incident =
        (await records.update(keyOf(violation.code, violation), (open) =>
          open ? { ...open, violation, count: open.count + 1, lastAt: violation.at } : fresh,
        )) ?? fresh;
      return { event: incident.count === 1 ? 'opened' : 'repeated', incident };
    },
    async resolve(code, on) {
      let was: Incident | undefined;
      await records.update(keyOf(code, on), (open) => {
        was = open;
        return undefined;
      });
      return was;
    },
    async *list({ code, after, unread } = {}) {
      const begins = after !== undefined ? `${after}!` : code && `${code}:`;
      const range = { ...(begins !== undefined && { from: begins }), ...(code && { before: `${code};` }) };
      for await (const { value } of records.list(range, unread)) yield value;
    },
  };
}

/** Where an incident stands, for `after`. */
export const incidentCursor = ({ violation }: Pick<Incident, 'violation'>): string =>
  keyOf(violation.code, violation);

const keyOf = (code: ViolationCode, { about, subject }: Subject): string =>
  about ? `${code}:${sessionOf(about)}` : `${code}:system:${subject.slice(0, 200)}`;
