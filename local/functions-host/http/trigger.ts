import { z } from 'zod';
import type { RegisteredFunction } from '../core/protocol.ts';
import { compareRoutes, parseRoute, type Route } from './route.ts';

const triggerSchema = z.object({
  authLevel: z.enum(['anonymous', 'function', 'admin']).default('anonymous'),
  methods: z.array(z.string().toUpperCase()).default(['GET', 'POST']),
  route: z.string().optional(),
});

export type AuthLevel = 'anonymous' | 'function' | 'admin';

/** A function that answers HTTP, with its route below the prefix. */
export type HttpFunction = {
  readonly fn: RegisteredFunction;
  readonly authLevel: AuthLevel;
  readonly methods: readonly string[];
  readonly route: Route;
};

/** The HTTP functions of an app, the most specific route first. */
export function httpFunctions(
  functions: Iterable<RegisteredFunction>,
  routePrefix: string,
): readonly HttpFunction[] {
  return [...functions]
    .filter(({ trigger }) => trigger.type === 'httpTrigger')
    .map((fn) => {
      const { authLevel, methods, route } = triggerSchema.parse(fn.trigger);
      return { fn, authLevel, methods, route: parseRoute(`${routePrefix}/${route ?? fn.name}`) };
    })
    .sort((a, b) => compareRoutes(a.route, b.route));
}

/**
 * The function for a request. A known route with another method is no match, as in Azure, which answers 404 and not 405
 * (Azure/azure-functions-host#10098).
 */
export function matchFunction(
  functions: readonly HttpFunction[],
  method: string,
  path: string,
): { readonly target: HttpFunction; readonly parameters: Readonly<Record<string, string>> } | undefined {
  for (const target of functions) {
    if (!target.methods.includes(method)) continue;
    const parameters = target.route.match(path);
    if (parameters !== undefined) return { target, parameters };
  }
  return undefined;
}
