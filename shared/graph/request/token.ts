import type { AccessToken, TokenCredential } from '@azure/identity';
import { RequestFailed } from './request-failed.ts';

/** Hosts of Microsoft Graph that have tokens of their own (Microsoft Graph, national cloud deployments). */
const clouds: ReadonlySet<string> = new Set([
  'graph.microsoft.com',
  'graph.microsoft.us',
  'dod-graph.microsoft.us',
  'microsoftgraph.chinacloudapi.cn',
]);

/** What a token must be for. A Graph that is not Microsoft's takes the tokens of the public cloud. */
export const scopeOf = (baseUrl: URL): string =>
  `https://${clouds.has(baseUrl.hostname) ? baseUrl.hostname : 'graph.microsoft.com'}/.default`;

/** The same credential, failing in words of ours: no identity is another trouble than no network. */
export const explained = (credential: TokenCredential): TokenCredential => ({
  async getToken(scopes, options): Promise<AccessToken> {
    let reason = 'it gave none';
    try {
      const token = await credential.getToken(scopes, options);
      if (token) return token;
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    throw new RequestFailed({
      code: 'NO_TOKEN',
      message: `The identity of this app gets no token for Microsoft Graph: ${reason}. Check that a managed identity is assigned, or sign in with az login.`,
      retry: 'later',
    });
  },
});
