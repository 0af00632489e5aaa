import type { World } from '../e2e/world.ts';

/** An answer of the API: its status, its media type, and its body as JSON. */
export type Answer<T> = { readonly status: number; readonly type: string | null; readonly body: T };

/** A problem document (RFC 9457) as this product writes it. */
export type ProblemBody = {
  readonly type: string;
  readonly code: string;
  readonly title: string;
  readonly status: number;
  readonly detail: string;
  readonly errors?: readonly {
    readonly field: string;
    readonly message: string;
    readonly value?: string;
    readonly remedy?: string;
    readonly line?: number;
    readonly column?: number;
  }[];
};

/** Posts JSON, or text as it is, and reads JSON. */
export async function ask<T>(world: World, path: string, body: unknown): Promise<Answer<T>> {
  const response = await world.api(path, {
    method: 'POST',
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
  return {
    status: response.status,
    type: response.headers.get('content-type'),
    body: (await response.json()) as T,
  };
}
