import { readFileSync } from 'node:fs';
import { createTransport } from 'nodemailer';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type MailSink, startMailSink } from '../../../local/sinks/mail-sink.ts';

let sink: MailSink;
beforeEach(async () => {
  sink = await startMailSink();
});
afterEach(() => sink.stop());

const mail = {
  from: 'writeback@contoso.test',
  to: ['ops@contoso.test', 'jürgen@contoso.test'],
  subject: 'Zurückgehalten: 40 Entfernungen',
  text: 'Group Ünal lost 40 members.',
  html: '<p>Group <b>Ünal</b></p>',
};

function send(options: object = {}, message: object = mail) {
  const { host, port, caFile } = sink;
  const tls = { ca: readFileSync(caFile) };
  return createTransport({ host, port, requireTLS: true, tls, ...options }).sendMail(message);
}

it('keeps a mail with its envelope, subject and both texts', async () => {
  const arrived = sink.messages.waitFor(({ subject }) => subject.includes('40'));
  await send();
  expect(await arrived).toMatchObject({
    from: mail.from,
    to: mail.to,
    subject: mail.subject,
    text: expect.stringContaining(mail.text),
    html: expect.stringContaining('<b>Ünal</b>'),
    secure: true,
    user: undefined,
  });
});

it('offers STARTTLS with a certificate that only its own authority vouches for', async () => {
  await expect(send({ tls: {} })).rejects.toThrow(/certificate/);
});

it('takes mail without TLS, and says so', async () => {
  await send({ requireTLS: false, ignoreTLS: true });
  expect(sink.messages.all()).toMatchObject([{ secure: false }]);
});

describe('with an account', () => {
  const account = { user: 'relay', password: 'correct horse' };
  beforeEach(async () => {
    await sink.stop();
    sink = await startMailSink({ account });
  });

  it('takes mail from whoever authenticates', async () => {
    await send({ auth: { user: account.user, pass: account.password } });
    expect(sink.messages.all()).toMatchObject([{ user: 'relay', secure: true }]);
  });

  it.each([
    ['a wrong password', { auth: { user: account.user, pass: 'wrong' } }, 535],
    ['no authentication', {}, 530],
  ])('refuses %s', async (_name, options, responseCode) => {
    await expect(send(options)).rejects.toMatchObject({ responseCode });
    expect(sink.messages.all()).toEqual([]);
  });

  it('does not offer authentication before TLS', async () => {
    const auth = { user: account.user, pass: account.password };
    await expect(send({ auth, requireTLS: false, ignoreTLS: true })).rejects.toThrow();
    expect(sink.messages.all()).toEqual([]);
  });
});

it('greylists: refuses the first attempt for now and takes the second', async () => {
  const one = { ...mail, to: 'ops@contoso.test' };
  sink.disturb({ kind: 'reply', code: 451, text: '4.7.1 greylisted', times: 1 });
  await expect(send({}, one)).rejects.toMatchObject({
    responseCode: 451,
    response: expect.stringContaining('greylisted'),
  });
  await send({}, one);
  expect(sink.messages.all()).toHaveLength(1);
  expect(sink.attempts.all().map(({ code }) => code)).toEqual([451, 250]);
});

it('refuses for good until told otherwise', async () => {
  sink.disturb({ kind: 'reply', code: 550 });
  await expect(send()).rejects.toMatchObject({ responseCode: 550 });
  sink.disturb(undefined);
  await send();
  expect(sink.messages.all()).toHaveLength(1);
});

it('leaves a client without an answer on request, and can still be stopped', async () => {
  sink.disturb({ kind: 'silent' });
  const outcome = send().catch((error: unknown) => error);
  await sink.attempts.waitFor(({ code }) => code === 0);
  await sink.stop();
  expect(await outcome).toBeInstanceOf(Error);
  sink = await startMailSink();
});

it('shows what arrived to other programs, and lets them disturb it', async () => {
  await send();
  const answer = await fetch(`${sink.readUrl}/messages`);
  expect(await answer.json()).toMatchObject({ messages: [{ subject: mail.subject, to: mail.to }] });
  const put = { method: 'PUT', body: '{"kind":"reply","code":452}' };
  expect((await fetch(`${sink.readUrl}/disturbance`, put)).status).toBe(204);
  await expect(send()).rejects.toMatchObject({ responseCode: 452 });
  expect((await fetch(`${sink.readUrl}/nothing`)).status).toBe(404);
});
