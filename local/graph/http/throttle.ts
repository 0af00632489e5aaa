import type { Tenant } from '../tenant/tenant.ts';
import { GraphError } from './graph-error.ts';

type Cost = { readonly units: number; readonly unitsWithSelect?: number };

/**
 * Resource units of a call: the route's cost, one less with `$select`, one more with `$expand`, one less for pages
 * below 20, at least 1. Source: Graph throttling limits, identity and access.
 */
export const unitsOf = ({ units, unitsWithSelect }: Cost, query: URLSearchParams): number => {
  if (query.has('$select') && unitsWithSelect !== undefined) return unitsWithSelect;
  const top = Number(query.get('$top') ?? Number.NaN);
  const saved = (query.has('$select') ? 1 : 0) + (top < 20 ? 1 : 0);
  return Math.max(1, units + (query.has('$expand') ? 1 : 0) - saved);
};

/** Resource units per 10 s for one app in one tenant: small, medium and large tenants by their users. */
export const unitLimitOf = (users: number): number => (users < 50 ? 3_500 : users <= 500 ? 5_000 : 8_000);

/** Writes of one app in one tenant per 2 min 30 s. */
export const writeLimit = 3_000;

export type Usage = { readonly units: number; readonly share: number };

type Window = { startedAt: number; used: number };
const unitWindowMs = 10_000;
const writeWindowMs = 150_000;

/** Counts what each app uses in fixed windows of the tenant's clock. */
export const createThrottle = (tenant: Tenant) => {
  const windows = new Map<string, Window>();

  const spend = (key: string, lengthMs: number, amount: number): Window => {
    const now = tenant.now();
    const current = windows.get(key);
    const window =
      current && now - current.startedAt < lengthMs && now >= current.startedAt
        ? current
        : { startedAt: now, used: 0 };
    window.used += amount;
    windows.set(key, window);
    return window;
  };

  return {
    /**
     * Counts a call and answers how much of the limit is used.
     * @throws GraphError 429 when `enforce` is set and a limit is passed.
     */
    count: (
      appId: string,
      units: number,
      isWrite: boolean,
      enforce: boolean,
      form: RetryAfterForm,
    ): Usage => {
      const window = spend(`${appId}/units`, unitWindowMs, units);
      const writes = isWrite ? spend(`${appId}/writes`, writeWindowMs, 1) : undefined;
      const share = window.used / unitLimitOf(tenant.store.live('user').length);
      if (enforce && share > 1)
        throw tooMany(
          secondsLeft(window, unitWindowMs),
          form,
          scopeHeaders('ResourceUnitLimitExceeded', appId),
        );
      if (enforce && writes && writes.used > writeLimit) {
        throw tooMany(secondsLeft(writes, writeWindowMs), form, scopeHeaders('WriteLimitExceeded', appId));
      }
      return { units, share };
    },
  };

  function secondsLeft({ startedAt }: Window, lengthMs: number): number {
    return Math.max(1, (startedAt + lengthMs - tenant.now()) / 1000);
  }

  function scopeHeaders(information: string, appId: string): Record<string, string> {
    return {
      'x-ms-throttle-scope': `Tenant_Application/ReadWrite/${tenant.tenantId}/${appId}`,
      'x-ms-throttle-information': information,
    };
  }
};

export type Throttle = ReturnType<typeof createThrottle>;

/** Graph gives `Retry-After` in whole seconds, in fractions of them, or not at all. */
export type RetryAfterForm = 'whole' | 'fractional' | 'absent';

const retryAfterText: Readonly<Record<RetryAfterForm, (seconds: number) => Record<string, string>>> = {
  whole: (seconds) => ({ 'retry-after': String(Math.ceil(seconds)) }),
  fractional: (seconds) => ({ 'retry-after': (seconds + 0.128).toFixed(3) }),
  absent: () => ({}),
};

/** The 429 of Graph, with `Retry-After` in one of its forms. */
export const tooMany = (
  seconds: number,
  form: RetryAfterForm,
  headers: Readonly<Record<string, string>> = {},
): GraphError =>
  new GraphError(429, 'TooManyRequests', 'Too many requests.', {
    ...retryAfterText[form](seconds),
    ...headers,
  });
