import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isPublicAddress } from '../../../shared/callback/address.ts';
import { guardedLookup, postCallback } from '../../../shared/callback/post.ts';
import { callbackProblem, callbackRules, mayConnect } from '../../../shared/callback/rules.ts';
import { signature } from '../../../shared/callback/sign.ts';

const azure = callbackRules({ NOTIFICATION_URL: 'https://app.azurewebsites.net' });
const laptop = callbackRules({ NOTIFICATION_URL: 'http://127.0.0.1:7071' });
const listed = callbackRules({ COMPLETION_CALLBACK_HOSTS: 'Hooks.corp.example, *.intern.example,10.1.2.3' });

describe('an address', () => {
  it.each(['8.8.8.8', '20.50.2.3', '2a02:1::1', '::ffff:8.8.8.8'])('%s is public', (address) => {
    expect(isPublicAddress(address)).toBe(true);
  });

  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.255.255',
    '192.168.1.1',
    '169.254.169.254',
    '168.63.129.16',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    'fd00::1',
    'fe80::1',
    '::ffff:10.0.0.1',
    '::ffff:169.254.169.254',
    '64:ff9b::a00:1',
    'localhost',
    '',
  ])('"%s" is not', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });
});

describe('a callback', () => {
  it.each([
    ['https://hooks.example.com/done?x=1', azure, undefined],
    ['https://8.8.8.8/', azure, undefined],
    ['http://hooks.example.com/', azure, 'https'],
    ['ftp://hooks.example.com/', azure, 'https'],
    ['nonsense', azure, 'URL'],
    ['https://anna:secret@hooks.example.com/', azure, 'password'],
    ['https://localhost/', azure, 'loopback'],
    ['http://127.0.0.1:9000/', azure, 'loopback'],
    ['https://2130706433/', azure, 'loopback'],
    ['https://[::1]/', azure, 'loopback'],
    ['https://169.254.169.254/metadata/identity', azure, 'private'],
    ['https://10.1.2.3/', azure, 'private'],
    ['https://0x0a010203/', azure, 'private'],
    ['http://127.0.0.1:9000/', laptop, undefined],
    ['https://10.1.2.3/', laptop, 'private'],
    ['https://10.1.2.3/', listed, undefined],
    ['http://hooks.corp.example/', listed, 'https'],
  ] as const)('to %s is judged by where it goes', (address, rules, word) => {
    const problem = callbackProblem(address, rules);
    if (word === undefined) expect(problem).toBeUndefined();
    else expect(problem).toContain(word);
  });

  it('may connect to private addresses only for the hosts that are listed', () => {
    expect(mayConnect('hooks.corp.example', '10.0.0.1', listed)).toBe(true);
    expect(mayConnect('deep.down.intern.example', '10.0.0.1', listed)).toBe(true);
    expect(mayConnect('intern.example', '10.0.0.1', listed)).toBe(false);
    expect(mayConnect('evilintern.example', '10.0.0.1', listed)).toBe(false);
    expect(mayConnect('rebinding.example.com', '10.0.0.1', azure)).toBe(false);
    expect(mayConnect('rebinding.example.com', '127.0.0.1', azure)).toBe(false);
  });

  it('never goes where no address is public, whatever the host is called', () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.domain(), (address, host) => {
        expect(mayConnect(host, address, azure)).toBe(isPublicAddress(address));
      }),
    );
  });
});

describe('the signature', () => {
  it('is the one of the example in the specification', () => {
    const body = '{"test": 2432232314}';
    const key = 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw';
    const at = new Date(1_614_265_330_000);
    expect(signature(key, 'msg_p5jXN8AQM9LWM0D4loKWxJek', at, body)).toEqual({
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    });
  });
});

describe('posting', () => {
  let server: Server;
  let base = '';
  const seen: { readonly url: string | undefined; readonly body: string }[] = [];
  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        seen.push({ url: request.url, body: Buffer.concat(chunks).toString() });
        const status = Number(request.url?.slice(1));
        response.writeHead(status, status === 302 ? { location: '/200' } : {}).end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  afterAll(() => server?.close());

  it('is delivered by any success, gone with 410, and tried again otherwise', async () => {
    expect(await postCallback(`${base}/204`, '{}', {}, laptop)).toEqual({ delivered: true });
    expect(await postCallback(`${base}/410`, '{}', {}, laptop)).toMatchObject({ gone: true });
    expect(await postCallback(`${base}/503`, '{}', {}, laptop)).toMatchObject({
      delivered: false,
      gone: false,
    });
  });

  it('follows no redirect', async () => {
    seen.length = 0;
    const result = await postCallback(`${base}/302`, '{}', {}, laptop);
    expect(result).toMatchObject({ delivered: false, why: expect.stringContaining('redirect') });
    expect(seen.map(({ url }) => url)).toEqual(['/302']);
  });

  it('connects to no private address behind a name, but for the hosts that are listed', async () => {
    const addressOf = (rules: typeof azure): Promise<string> =>
      new Promise((resolve, reject) => {
        guardedLookup(rules)('localhost', {}, (error, found) =>
          error ? reject(error) : resolve(String(found)),
        );
      });
    await expect(addressOf(azure)).rejects.toThrow(
      /localhost is the private address .*COMPLETION_CALLBACK_HOSTS/,
    );
    const named = callbackRules({ COMPLETION_CALLBACK_HOSTS: 'localhost' });
    for (const rules of [laptop, named]) expect(['127.0.0.1', '::1']).toContain(await addressOf(rules));
  });
});
