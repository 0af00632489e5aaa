import type { SeenObject } from '../behaviour/lagging-view.ts';
import type { GraphRequest, World } from '../http/exchange.ts';
import { invalidRequest } from '../http/graph-error.ts';
import { type Json, type LinkName, linkNames } from '../tenant/objects.ts';
import { lenientSelectionFor, typed } from './represent.ts';
import { isNavigation } from './schema.ts';

/** How many references Graph answers in an expansion, whatever the object has. */
export const expansionLimit = 20;

const isLink = (name: string): name is LinkName => (linkNames as readonly string[]).includes(name);

/**
 * The references that `$expand=name` or `$expand=name($select=…)` asks for, at most {@link expansionLimit}.
 * @throws GraphError 400 for a reference that the kind does not have, or that cannot be expanded.
 */
export const expanded = (
  request: GraphRequest,
  { view, tenant }: World,
  object: SeenObject,
  expand: string | null,
): Record<string, Json> => {
  if (!expand) return {};
  const [, name = '', select = null] = expand.match(/^(\w+)(?:\(\$select=([\w,]+)\))?$/) ?? [];
  const isKnown = isNavigation(object.kind, name) && (isLink(name) || name === 'memberOf');
  if (!isKnown) {
    throw invalidRequest(
      `Parsing OData Select and Expand failed: Could not find a property named '${name || expand}' on type 'microsoft.graph.${object.kind}'.`,
      'BadRequest',
    );
  }
  const ids = isLink(name)
    ? view.linkedIds(name, object.id)
    : tenant.store.links.to('members', object.id).filter(tenant.store.isLive);
  const values = ids.slice(0, expansionLimit).flatMap((id) => {
    const target = view.object(id);
    return target ? [typed(target, lenientSelectionFor(target.kind, request.version, select))] : [];
  });
  return { [name]: name === 'manager' ? (values[0] ?? null) : values };
};
