import { EntraId, type ObjectRef } from '../../domain/index.ts';
import type { Graph } from '../../graph/index.ts';
import { type Audit, type AuditEntry, type AuditRange, cursorOf } from '../../state/index.ts';

export type AuditSearch = {
  readonly since?: Date | undefined;
  readonly before?: Date | undefined;
  /** A reason code, a violation code, an error code or the name of an event. */
  readonly code?: string | undefined;
  /** A member that was added or removed: its Entra id, its SID or its DN. */
  readonly member?: string | undefined;
  readonly object?: ObjectRef | undefined;
  /** Where the page before ended. */
  readonly after?: string | undefined;
  readonly limit: number;
};

export type AuditPage = {
  readonly value: readonly AuditEntry[];
  /** Give this as `after` for the next page; null where there is none. */
  readonly next: string | null;
};

export type SearchDeps = {
  readonly audit: Pick<Audit, 'query' | 'queryObject' | 'queryMember'>;
  readonly graph: Pick<Graph, 'readMemberRecords'>;
};

/** Most entries that one page looks at. A page may so be short, or empty, and still have a next one. */
export const mostLookedAt = 5000;

/** One page of the audit, newest first. */
export async function searchAudit(search: AuditSearch, deps: SearchDeps): Promise<AuditPage> {
  const value: AuditEntry[] = [];
  let looked = 0;
  for await (const entry of await source(search, deps)) {
    looked += 1;
    if (hasCode(entry, search.code)) value.push(entry);
    if (value.length === search.limit || looked === mostLookedAt) return { value, next: cursorOf(entry) };
  }
  return { value, next: null };
}

async function source(search: AuditSearch, deps: SearchDeps): Promise<AsyncIterable<AuditEntry>> {
  const { since, before, after, member, object } = search;
  const range: AuditRange = {
    ...(since && { since }),
    ...(before && { before }),
    ...(after !== undefined && { after }),
    limit: mostLookedAt,
  };
  if (member !== undefined) {
    const about = await deps.audit.queryMember(await identitiesOf(member, deps), range);
    return object ? only(about, object) : about;
  }
  return object ? deps.audit.queryObject(object, range) : deps.audit.query(range);
}

/** The relay may have known a member by its SID alone; Graph knows which one that is. */
async function identitiesOf(member: string, { graph }: SearchDeps): Promise<readonly string[]> {
  const id = EntraId.safeParse(member);
  if (!id.success) return [member];
  const read = await graph.readMemberRecords([id.data]);
  const sid = read.outcome === 'complete' && read.value.get(id.data)?.onPremisesSecurityIdentifier;
  return sid ? [id.data, sid] : [id.data];
}

async function* only(entries: AsyncIterable<AuditEntry>, { kind, id }: ObjectRef): AsyncIterable<AuditEntry> {
  for await (const entry of entries) if (entry.object?.kind === kind && entry.object.id === id) yield entry;
}

const hasCode = ({ event, codes = [] }: AuditEntry, code: string | undefined): boolean =>
  code === undefined || event === code || codes.includes(code);
