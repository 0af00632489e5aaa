import { isIP } from 'node:net';
import { hostOf, isLoopback, isPublicAddress } from './address.ts';

/** Where callbacks may go. */
export type CallbackRules = {
  /** Hosts that may be called wherever they are: names, or `*.` and a domain. */
  readonly hosts: readonly string[];
  /** This is a laptop: the functions themselves are on loopback, so callbacks may be too. */
  readonly isLocal: boolean;
};

/** The rules by the settings: COMPLETION_CALLBACK_HOSTS, and NOTIFICATION_URL for where we are. */
export function callbackRules(settings: {
  readonly COMPLETION_CALLBACK_HOSTS?: string | undefined;
  readonly NOTIFICATION_URL?: string | undefined;
}): CallbackRules {
  const { COMPLETION_CALLBACK_HOSTS: hosts = '', NOTIFICATION_URL: url } = settings;
  return {
    hosts: hosts
      .split(',')
      .map((host) => host.trim().toLowerCase())
      .filter(Boolean),
    isLocal: url !== undefined && URL.canParse(url) && isLoopback(hostOf(new URL(url))),
  };
}

/** What is wrong with a callback address, or undefined. Names are looked up when they are called. */
export function callbackProblem(text: string, rules: CallbackRules): string | undefined {
  if (!URL.canParse(text)) return 'is not a URL.';
  const url = new URL(text);
  const host = hostOf(url);
  if (url.username || url.password) return 'holds a user name or password, which would end in logs.';
  if (isLoopback(host))
    return rules.isLocal ? undefined : 'is on loopback, which is this function app itself.';
  if (url.protocol !== 'https:') return 'is not https.';
  if (isListed(host, rules)) return undefined;
  if (isIP(host) !== 0 && !isPublicAddress(host))
    return `is the private address ${host}. Name the host in COMPLETION_CALLBACK_HOSTS to allow it.`;
  return undefined;
}

/** May we connect to this address on behalf of that host? */
export function mayConnect(host: string, address: string, rules: CallbackRules): boolean {
  return isPublicAddress(address) || isListed(host, rules) || (rules.isLocal && isLoopback(address));
}

function isListed(host: string, { hosts }: CallbackRules): boolean {
  const name = host.toLowerCase();
  return hosts.some((one) => (one.startsWith('*.') ? name.endsWith(one.slice(1)) : one === name));
}
