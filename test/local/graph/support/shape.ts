/** The form of a JSON value: names and types without values, so that answers can be compared with a model. */
export type Shape = string | readonly Shape[] | { readonly [name: string]: Shape };

export const shapeOf = (value: unknown): Shape => {
  if (value === null) return 'null';
  if (Array.isArray(value)) return value.map(shapeOf);
  if (typeof value !== 'object') return typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, shapeOf(part)]));
};
