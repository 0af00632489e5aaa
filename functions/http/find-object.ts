import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { z } from 'zod';
import { EntraId, ObjectKind, type ObjectRef } from '../../shared/domain/index.ts';
import type { ObjectState, ObjectStates } from '../../shared/state/index.ts';
import { checkRequest } from './check-request.ts';
import { problem } from './problem.ts';

export type Found =
  | { readonly object: ObjectRef; readonly state: ObjectState }
  | { readonly response: HttpResponseInit };

const Params = z.object({ id: EntraId });

/** The object of a request; its kind need not be given, since ids are unique in a tenant. */
export async function findObject(
  request: Pick<HttpRequest, 'params'>,
  states: Pick<ObjectStates, 'load'>,
): Promise<Found> {
  const named = checkRequest(Params, { id: request.params.id });
  if (!named.ok) return { response: named.response };
  const { id } = named.value;
  for (const kind of ObjectKind.options) {
    const object = { kind, id };
    const state = await states.load(object);
    // The outcome of a fast relay may be here before the decision that led to it is kept.
    if (state.lastDecision || state.lastOutcome) return { object, state };
  }
  const detail = `${id} was never evaluated. POST /api/policy/evaluate asks about any object in Graph.`;
  return { response: problem({ status: 404, code: 'NOT_FOUND', title: 'Unknown object', detail }) };
}
