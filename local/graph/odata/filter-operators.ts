import type { Json } from '../tenant/objects.ts';

const comparisons = ['eq', 'ne', 'gt', 'ge', 'lt', 'le'] as const;
export type Comparison = (typeof comparisons)[number];

/** The directory compares text without case. */
const folded = (value: Json): Json => (typeof value === 'string' ? value.toLowerCase() : value);

const isAbove = (value: Json, other: Json): boolean =>
  value !== null && other !== null && typeof value === typeof other && value > other;

/** Compares a property with a literal; null is equal to null only and neither above nor below anything. */
export const compare = (operator: Comparison, left: Json, right: Json): boolean => {
  const [value, other] = [folded(left), folded(right)];
  switch (operator) {
    case 'eq':
      return value === other;
    case 'ne':
      return value !== other;
    case 'gt':
      return isAbove(value, other);
    case 'lt':
      return isAbove(other, value);
    case 'ge':
      return value !== null && (value === other || isAbove(value, other));
    case 'le':
      return value !== null && (value === other || isAbove(other, value));
  }
};

export const functions = {
  startswith: (value: string, part: string) => value.startsWith(part),
  endswith: (value: string, part: string) => value.endsWith(part),
} as const;

export type TextFunction = keyof typeof functions;

export const isComparison = (word: string): word is Comparison =>
  (comparisons as readonly string[]).includes(word);

export const isTextFunction = (word: string | undefined): word is TextFunction =>
  word !== undefined && Object.hasOwn(functions, word);
