import type { AttributeSpace, Read } from '../attributes/table.ts';
import { renderTemplate } from '../template/render.ts';
import { escapeRdnValue, isContainerDn } from './dn.ts';
import type { Place } from './text.ts';

/**
 * The container of one object, or undefined where its values give no DN (an attribute that the place
 * needs is empty). What expressions give is escaped, so that no name can break out of its place.
 */
export function resolvePlace(place: Place, space: AttributeSpace, read: Read): string | undefined {
  const template = typeof place === 'string' ? place : caseOf(place, space, read);
  const dn = renderTemplate(template, space, read, escapeRdnValue);
  return isContainerDn(dn) ? dn : undefined;
}

function caseOf(place: Exclude<Place, string>, space: AttributeSpace, read: Read): string {
  const value = renderTemplate(place.switch, space, read).trim().toLowerCase();
  const found = Object.entries(place.cases).find(([key]) => key.trim().toLowerCase() === value);
  return found?.[1] ?? place.default;
}
