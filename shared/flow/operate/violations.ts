import type { EntraId, Severity, ViolationCode } from '../../domain/index.ts';
import { type Incident, type Incidents, incidentCursor } from '../../state/index.ts';

export type ViolationSearch = {
  readonly code?: ViolationCode | undefined;
  readonly severity?: Severity | undefined;
  readonly id?: EntraId | undefined;
  /** Where the page before ended. */
  readonly after?: string | undefined;
  readonly limit: number;
};

/** Most open violations that one page looks at. A page may so be short and still have a next one. */
const mostLookedAt = 5000;

/** One page of the open violations, by code, each with its age in seconds. */
export async function listViolations(
  search: ViolationSearch,
  deps: { readonly incidents: Pick<Incidents, 'list'>; readonly now: () => Date },
) {
  const { code, severity, id, after, limit } = search;
  const now = deps.now().getTime();
  const fits = ({ violation }: Incident): boolean =>
    (severity === undefined || violation.severity === severity) &&
    (id === undefined || violation.about?.id === id);
  const value = [];
  let looked = 0;
  const range = { ...(code && { code }), ...(after !== undefined && { after }) };
  for await (const incident of deps.incidents.list(range)) {
    looked += 1;
    if (fits(incident)) {
      const ageSeconds = Math.max(0, Math.round((now - Date.parse(incident.openedAt)) / 1000));
      value.push({ ...incident, ageSeconds });
    }
    if (value.length === limit || looked === mostLookedAt) return { value, next: incidentCursor(incident) };
  }
  return { value, next: null };
}
