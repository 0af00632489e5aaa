import { type LookupAddress, lookup } from 'node:dns';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { isIP, type LookupFunction } from 'node:net';
import { hostOf } from './address.ts';
import { type CallbackRules, callbackProblem, mayConnect } from './rules.ts';

const timeoutMs = 10_000;

/** What came of a callback. `gone` (410): the receiver wants no more tries. */
export type CallbackResult =
  | { readonly delivered: true }
  | { readonly delivered: false; readonly gone: boolean; readonly why: string };

/**
 * POSTs JSON to an address that a caller has given. The rules hold for the address that is really
 * connected to, whatever name stands for it at that moment; redirects are not followed.
 */
export function postCallback(
  address: string,
  body: string,
  headers: Readonly<Record<string, string>>,
  rules: CallbackRules,
): Promise<CallbackResult> {
  const problem = callbackProblem(address, rules);
  if (problem) return Promise.resolve(failed(`The address ${problem}`));
  const url = new URL(address);
  const send = url.protocol === 'https:' ? httpsRequest : httpRequest;
  return new Promise((resolve) => {
    const call = send(
      url,
      {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'content-length': String(Buffer.byteLength(body)),
          ...headers,
        },
        lookup: guardedLookup(rules),
        signal: AbortSignal.timeout(timeoutMs),
      },
      (response) => {
        response.resume();
        resolve(resultOf(response.statusCode ?? 0));
      },
    );
    call.on('error', (error) => resolve(failed(whyOf(error, hostOf(url)))));
    call.end(body);
  });
}

const failed = (why: string, gone = false): CallbackResult => ({ delivered: false, gone, why });

function resultOf(status: number): CallbackResult {
  if (status >= 200 && status < 300) return { delivered: true };
  if (status >= 300 && status < 400)
    return failed(`It answered ${status}; redirects are not followed. Give the final address.`);
  return failed(`It answered ${status}.`, status === 410);
}

function whyOf(error: Error, host: string): string {
  if (error.name === 'TimeoutError' || error.name === 'AbortError')
    return `${host} did not answer within ${timeoutMs / 1000} s.`;
  return `${host} cannot be called: ${error.message}`;
}

/** Looks a name up and answers only addresses that may be called: what it answers is connected to. */
export function guardedLookup(rules: CallbackRules): LookupFunction {
  return (host, options, answer) => {
    lookup(host, { ...options, all: true }, (error, found) => {
      if (error) return answer(error, '', 0);
      const allowed = found.filter(({ address }) => isIP(address) !== 0 && mayConnect(host, address, rules));
      const [first] = allowed;
      if (!first) return answer(privateAddress(host, found), '', 0);
      if (options.all) answer(null, allowed);
      else answer(null, first.address, first.family);
    });
  };
}

const privateAddress = (host: string, found: readonly LookupAddress[]): NodeJS.ErrnoException =>
  new Error(
    `${host} is the private address ${found.map(({ address }) => address).join(', ')}. Name the host in COMPLETION_CALLBACK_HOSTS to allow it.`,
  );
