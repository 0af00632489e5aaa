import type { HttpRequest, HttpResponseInit } from '@azure/functions';
import { EntraId, ObjectKind, type ObjectRef } from '../../shared/domain/index.ts';
import type { ObjectState, ObjectStates } from '../../shared/state/index.ts';
import { problem, requestProblem } from './problem.ts';

export type Found =
  | { readonly object: ObjectRef; readonly state: ObjectState }
  | { readonly response: HttpResponseInit };

/** The object of a request; its kind need not be given, since ids are unique in a tenant. */
export async function findObject(
  request: Pick<HttpRequest, 'params'>,
  states: Pick<ObjectStates, 'load'>,
): Promise<Found> {
  const id = EntraId.safeParse(request.params.id);
  if (!id.success) return { response: requestProblem(id.error) };
  for (const kind of ObjectKind.options) {
    const object = { kind, id: id.data };
    const state = await states.load(object);
    // The outcome of a fast relay may be here before the decision that led to it is kept.
    if (state.lastDecision || state.lastOutcome) return { object, state };
  }
  const detail = `${id.data} was never evaluated. POST /api/policy/evaluate asks about any object in Graph.`;
  return { response: problem({ status: 404, code: 'NOT_FOUND', title: 'Unknown object', detail }) };
}
