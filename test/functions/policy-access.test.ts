import { HttpRequest, type HttpResponseInit, InvocationContext } from '@azure/functions';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { discoverTenant } from '../../functions/discover.ts';
import { evaluatePolicy } from '../../functions/evaluate-policy.ts';
import { simulatePolicy } from '../../functions/simulate-policy.ts';

/** Who may ask: a key alone, or a person with a role where the installation wants people. */

const handlers = [
  ['evaluate', evaluatePolicy],
  ['simulate', simulatePolicy],
  ['discover', discoverTenant],
] as const;

const call = (
  handler: (typeof handlers)[number][1],
  roles?: readonly string[],
): Promise<HttpResponseInit> => {
  const claims = [
    { typ: 'preferred_username', val: 'ada@contoso.com' },
    ...(roles ?? []).map((val) => ({ typ: 'roles', val })),
  ];
  const principal = Buffer.from(JSON.stringify({ claims })).toString('base64');
  const headers = roles ? { 'x-ms-client-principal': principal } : {};
  return handler(
    new HttpRequest({ url: 'http://localhost/api', method: 'POST', headers }),
    new InvocationContext(),
  );
};

afterEach(() => vi.unstubAllEnvs());

describe.each(handlers)('%s', (_name, handler) => {
  it('is for people with the role to read where people must sign in', async () => {
    vi.stubEnv('WEBSITE_AUTH_ENABLED', 'true');
    vi.stubEnv('OPERATIONS_ACCESS', 'entra');
    expect((await call(handler)).status).toBe(401);
    expect((await call(handler, ['Writeback.Approve'])).status).toBe(403);
  });
});
