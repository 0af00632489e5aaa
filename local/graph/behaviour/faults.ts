import { z } from 'zod';
import type { Method } from '../http/exchange.ts';
import { codeOfStatus, GraphError, invalidRequest, unauthorized } from '../http/graph-error.ts';
import { tooMany } from '../http/throttle.ts';
import type { Behaviour } from './behaviour.ts';
import type { Draw } from './chance.ts';
import { type Fault, type FaultEffect, faultEffectSchema } from './fault.ts';

/** A caller may ask for a fault on one request: this header with an effect in JSON. */
export const faultHeader = 'x-local-fault';

const requested = (header: string | undefined): FaultEffect | undefined => {
  if (header === undefined) return undefined;
  try {
    return faultEffectSchema.parse(JSON.parse(header));
  } catch (error) {
    const reason = error instanceof z.ZodError ? z.prettifyError(error) : 'it is not JSON';
    throw invalidRequest(`The header ${faultHeader} is not a fault effect: ${reason}`);
  }
};

/** Decides which fault, if any, befalls a request; uses up one of its `next`. */
export const createFaults = (behaviour: Behaviour, draw: Draw) => {
  const befalls = (fault: Fault, method: Method, target: string): boolean => {
    if (fault.next === 0 || (fault.method && fault.method !== method)) return false;
    if (fault.path !== undefined && !new RegExp(fault.path).test(target)) return false;
    if (fault.probability < 1 && draw() >= fault.probability) return false;
    if (fault.next !== undefined) fault.next -= 1;
    return true;
  };

  return (method: Method, target: string, header: string | undefined): FaultEffect | undefined =>
    requested(header) ?? behaviour.settings.faults.find((fault) => befalls(fault, method, target))?.effect;
};

export type Faults = ReturnType<typeof createFaults>;

/** The error that an effect answers with; undefined for effects that are no error. */
export const errorOf = (effect: FaultEffect): GraphError | undefined => {
  switch (effect.kind) {
    case 'status':
      return new GraphError(
        effect.status,
        effect.code ?? codeOfStatus(effect.status),
        effect.message ?? 'The service is temporarily unable to answer.',
        effect.headers,
      );
    case 'throttle':
      return tooMany(effect.seconds, effect.retryAfter);
    case 'tokenExpired':
      return unauthorized('Lifetime validation failed, the token is expired.');
    case 'cut':
    case 'slow':
    case 'emptyList':
      return undefined;
  }
};
