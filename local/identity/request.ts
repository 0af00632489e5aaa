import { z } from 'zod';

/** The only version that `@azure/identity` asks App Service for. */
const API_VERSION = '2019-08-01';

const querySchema = z.object({
  'api-version': z.literal(API_VERSION, `The api-version is missing or not ${API_VERSION}.`),
  resource: z.string('The resource is missing, for example https://graph.microsoft.com.').min(1),
  client_id: z.string().optional(),
});

/** What a token is asked for, or the status and message of the refusal. */
export type TokenRequest =
  | { readonly ok: true; readonly resource: string }
  | { readonly ok: false; readonly status: 400 | 401; readonly message: string };

/**
 * Reads a request to the managed-identity endpoint of App Service, `GET ?resource=…&api-version=2019-08-01[&client_id=…]` with the
 * header `X-IDENTITY-HEADER`.
 * https://learn.microsoft.com/azure/app-service/overview-managed-identity#rest-endpoint-reference
 */
export function readTokenRequest(
  query: URLSearchParams,
  presented: string | undefined,
  expected: { readonly header: string; readonly clientId: string },
): TokenRequest {
  if (presented !== expected.header) {
    return {
      ok: false,
      status: 401,
      message: 'The header X-IDENTITY-HEADER is missing or not the value of IDENTITY_HEADER.',
    };
  }
  const parsed = querySchema.safeParse(Object.fromEntries(query));
  if (!parsed.success)
    return { ok: false, status: 400, message: parsed.error.issues.map(({ message }) => message).join(' ') };
  const { resource, client_id: clientId } = parsed.data;
  if (clientId !== undefined && clientId !== expected.clientId) {
    const message = `No User Assigned or Delegated Managed Identity found for the client id ${clientId}; there is ${expected.clientId}.`;
    return { ok: false, status: 400, message };
  }
  return { ok: true, resource };
}
