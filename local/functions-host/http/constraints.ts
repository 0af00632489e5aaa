/** Whether a route parameter's text is acceptable. */
export type Constraint = (value: string) => boolean;

const number =
  (holds: (value: number) => boolean): Constraint =>
  (value) =>
    /^-?\d+$/.test(value) && holds(Number(value));

// https://learn.microsoft.com/aspnet/core/fundamentals/routing#route-constraints
const CONSTRAINTS: Readonly<Record<string, (...args: readonly number[]) => Constraint>> = {
  int: () => number((value) => value >= -(2 ** 31) && value < 2 ** 31),
  long: () => number(Number.isFinite),
  bool: () => (value) => /^(true|false)$/i.test(value),
  alpha: () => (value) => /^[a-z]*$/i.test(value),
  guid: () => (value) => /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i.test(value),
  minlength:
    (least = 0) =>
    (value) =>
      value.length >= least,
  maxlength:
    (most = 0) =>
    (value) =>
      value.length <= most,
  length:
    (least = 0, most = least) =>
    (value) =>
      value.length >= least && value.length <= most,
  min: (least = 0) => number((value) => value >= least),
  max: (most = 0) => number((value) => value <= most),
  range: (least = 0, most = 0) => number((value) => value >= least && value <= most),
};

/** Parses one constraint of a route template, for example `int` or `length(2,8)`. Throws for one this host has not. */
export function parseConstraint(text: string, template: string): Constraint {
  const match = /^(\w+)(?:\(([\d,\s-]*)\))?$/.exec(text);
  const make = CONSTRAINTS[match?.[1]?.toLowerCase() ?? ''];
  if (make === undefined) {
    throw new Error(
      `Route "${template}" has the constraint "${text}"; the local host knows ${Object.keys(CONSTRAINTS).join(', ')}.`,
    );
  }
  const args = match?.[2];
  return make(...(args === undefined ? [] : args.split(',').map(Number)));
}
