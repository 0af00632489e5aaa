import { z } from 'zod';

/**
 * What a value may be: a simple type, one of some words, an object with named properties, an array
 * (`[]` tells of what) or a map with free keys (`{}` tells of what).
 */
export type Shape = 'string' | 'number' | 'bool' | 'any' | readonly string[] | Named;

export type Named = { readonly [name: string]: Shape };

export const Shape: z.ZodType<Shape> = z.lazy(() =>
  z.union([z.enum(['string', 'number', 'bool', 'any']), z.array(z.string()), z.record(z.string(), Shape)]),
);

/** Whether a shape is an object, an array or a map. */
export const isNamed = (shape: Shape | undefined): shape is Named =>
  typeof shape === 'object' && !Array.isArray(shape);
