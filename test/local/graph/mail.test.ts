import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { adminToken, readerToken, startWorld, type TestWorld } from './support/world.ts';

let world: TestWorld;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world?.stop());

const message = {
  subject: 'Hold',
  importance: 'high',
  body: { contentType: 'HTML', content: '<p>Look</p>' },
  toRecipients: [{ emailAddress: { address: 'ops@contoso.com' } }],
};

const sender = (): string => String(world.contoso.cloud[0]?.properties.userPrincipalName);
const post = (body: object, of = sender(), options = {}) =>
  world.post(`/v1.0/users/${encodeURIComponent(of)}/sendMail`, JSON.parse(JSON.stringify(body)), options);

describe('sendMail', () => {
  it('is accepted with 202 and nothing else, by id and by name, and kept for whoever holds the admin token', async () => {
    const { status, text } = await post({ message, saveToSentItems: false });
    expect([status, text]).toEqual([202, '']);
    expect((await post({ message }, String(world.contoso.cloud[0]?.id))).status).toBe(202);
    const sent = await world.get('/local/mail', { token: adminToken });
    const at = '2026-01-06T12:00:00.000Z';
    expect(sent.body.value).toEqual([
      { from: sender(), at, saveToSentItems: false, message },
      { from: sender(), at, saveToSentItems: true, message },
    ]);
    expect((await world.get('/local/mail')).status).toBe(403);
  });

  it('is refused without Mail.Send, in the words of Exchange', async () => {
    const { status, body } = await post({ message }, sender(), { token: readerToken });
    expect([status, body.error.code]).toEqual([403, 'ErrorAccessDenied']);
  });

  it.each([
    ['nobody@contoso.com', 404, 'ErrorInvalidUser'],
    ['00000000-0000-4000-8000-000000000001', 404, 'ErrorInvalidUser'],
    ['guest', 404, 'MailboxNotEnabledForRESTAPI'],
  ])('for the mailbox %s answers %i %s', async (name, status, code) => {
    const guest = world.contoso.guests[0];
    const answer = await post({ message }, name === 'guest' ? String(guest?.id) : name);
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  it.each([
    [{ message: { ...message, toRecipients: [] } }, 'ErrorInvalidRecipients'],
    [
      { message: { ...message, toRecipients: [{ emailAddress: { address: 'x' } }] } },
      'ErrorInvalidRecipients',
    ],
    [{ message: { ...message, titel: 'x' } }, 'RequestBodyRead'],
    [{}, 'RequestBodyRead'],
    [
      { message: { ...message, internetMessageHeaders: [{ name: 'Auto-Submitted', value: 'x' }] } },
      'InvalidInternetMessageHeader',
    ],
  ])('of %j is refused with %s', async (body, code) => {
    const answer = await post(body);
    expect([answer.status, answer.body.error.code]).toEqual([400, code]);
  });

  it('beyond 4 MB is 413, like every request', async () => {
    const content = 'x'.repeat(4 * 1024 * 1024);
    const { status, body } = await post({ message: { ...message, body: { contentType: 'text', content } } });
    expect([status, body.error.code]).toEqual([413, 'RequestEntityTooLarge']);
  });
});
