import type { Handler, Method } from './exchange.ts';

export type Route = {
  readonly method: Method;
  /** Such as `/groups/{id}/members/$ref`; fixed words compare without case. */
  readonly template: string;
  /** Resource units of one call before `$select`, `$expand` and `$top` (Graph's throttling limits for identity). */
  readonly units: number;
  /** The cost with `$select`, where it is not simply one less. */
  readonly unitsWithSelect?: number;
  readonly handle: Handler;
};

export const route = (method: Method, template: string, handle: Handler, units = 1): Route => ({
  method,
  template,
  units,
  handle,
});

export type Match = { readonly route: Route; readonly parameters: Readonly<Record<string, string>> };

/** `found`, or the path is known with other methods only, or not at all. */
export type Routing =
  | { readonly kind: 'found'; readonly match: Match }
  | { readonly kind: 'wrongMethod' }
  | { readonly kind: 'unknown' };

const isName = (part: string) => part.startsWith('{');

const parametersIn = (
  template: readonly string[],
  segments: readonly string[],
): Record<string, string> | undefined => {
  if (template.length !== segments.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of template.entries()) {
    const segment = segments[index] ?? '';
    if (isName(part)) parameters[part.slice(1, -1)] = segment;
    else if (part !== segment.toLowerCase()) return undefined;
  }
  return parameters;
};

/** Finds routes; the one with more fixed words wins, so `/groups/delta` is not taken for `/groups/{id}`. */
export const createRouter = (
  routes: readonly Route[],
): ((method: Method, segments: readonly string[]) => Routing) => {
  const prepared = routes
    .map((each) => ({
      route: each,
      parts: each.template
        .split('/')
        .slice(1)
        .map((part) => (isName(part) ? part : part.toLowerCase())),
    }))
    .sort((one, other) => one.parts.filter(isName).length - other.parts.filter(isName).length);
  const byStart = Map.groupBy(prepared, ({ parts }) => parts[0] ?? '');

  return (method, segments) => {
    let isKnown = false;
    for (const { route: candidate, parts } of byStart.get(segments[0]?.toLowerCase() ?? '') ?? []) {
      const parameters = parametersIn(parts, segments);
      if (!parameters) continue;
      if (candidate.method === method) return { kind: 'found', match: { route: candidate, parameters } };
      isKnown = true;
    }
    return { kind: isKnown ? 'wrongMethod' : 'unknown' };
  };
};
