import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SMTPServer, type SMTPServerOptions } from 'smtp-server';
import { createAuthority, createServerCertificate } from '../samba/certificates.ts';
import { createDisturber, type MailDisturbance, mailDisturbance } from './disturbance.ts';
import { portOf, startHttpServer } from './http-server.ts';
import { createInbox, type Inbox } from './inbox.ts';
import { type Mail, readMail } from './mail.ts';
import { answerReader } from './reading-path.ts';

/** How the mail server shows itself. */
export interface MailSinkOptions {
  /** SMTP port; default: a free one. */
  readonly port?: number;
  /** Port of the reading path; default: a free one. */
  readonly readPort?: number;
  /** Demands AUTH with this account, and offers it only after STARTTLS. Default: no authentication. */
  readonly account?: { readonly user: string; readonly password: string };
}

/** One recipient that was asked for, and what was answered. */
export interface MailAttempt {
  readonly recipient: string;
  /** SMTP reply code; 0 for none. */
  readonly code: number;
}

/** A mail server that keeps what it is sent and delivers nothing. */
export interface MailSink {
  readonly host: string;
  readonly port: number;
  /** `smtp://host:port`. */
  readonly url: string;
  /** PEM file of the authority that signed the certificate for STARTTLS. */
  readonly caFile: string;
  /** Base of the reading path: `GET {readUrl}/messages`. */
  readonly readUrl: string;
  readonly messages: Inbox<Mail>;
  readonly attempts: Inbox<MailAttempt>;
  /** Misbehaves from now on at every recipient; undefined: behaves well again. */
  disturb(disturbance: MailDisturbance | undefined): void;
  stop(): Promise<void>;
}

/** Starts a mail server on loopback: plain SMTP with STARTTLS on offer, as an organisation's relay has it. */
export async function startMailSink(options: MailSinkOptions = {}): Promise<MailSink> {
  const host = '127.0.0.1';
  const messages = createInbox<Mail>(({ subject, to }) => `"${subject}" to ${to.join(', ')}`);
  const attempts = createInbox<MailAttempt>(({ recipient, code }) => `${code} ${recipient}`);
  const disturber = createDisturber<MailDisturbance>();

  const authority = await createAuthority('entra-writeback local mail');
  const certificate = await createServerCertificate(authority, { hosts: ['localhost'], addresses: [host] });
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-mail-'));
  const caFile = join(folder, 'ca.pem');
  await writeFile(caFile, authority.cert);

  const smtp = new SMTPServer({
    ...certificate,
    ...authentication(options.account),
    disableReverseLookup: true,
    closeTimeout: 50,
    onRcptTo: ({ address }, _session, done) => {
      const disturbance = disturber.next();
      const code = disturbance === undefined ? 250 : disturbance.kind === 'silent' ? 0 : disturbance.code;
      attempts.add({ recipient: address, code });
      if (disturbance === undefined) done();
      else if (disturbance.kind === 'reply')
        done(reply(disturbance.code, disturbance.text ?? 'refused on request'));
    },
    onData: (stream, session, done) => {
      readMail(stream, session).then((mail) => {
        messages.add(mail);
        done();
      }, done);
    },
  });
  // Without a listener the process would end when a client breaks off, which is the client's affair.
  smtp.on('error', () => {});
  const server = smtp.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const reader = await startHttpServer(
    options.readPort ?? 0,
    (request) =>
      answerReader({ messages, attempts, disturber, disturbance: mailDisturbance }, request) ?? {
        status: 404,
      },
  );
  const port = portOf(server.address());
  return {
    host,
    port,
    url: `smtp://${host}:${port}`,
    caFile,
    readUrl: reader.url,
    messages,
    attempts,
    disturb: disturber.set,
    stop: async () => {
      await reader.stop();
      await new Promise<void>((resolve) => smtp.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function authentication(account: MailSinkOptions['account']): SMTPServerOptions {
  if (account === undefined) return { authOptional: true, disabledCommands: ['AUTH'] };
  return {
    onAuth: ({ username, password }, _session, done) => {
      const isRight = username === account.user && password === account.password;
      if (isRight) done(null, { user: account.user });
      else done(reply(535, 'authentication failed'));
    },
  };
}

/** smtp-server answers with the code that an error carries. */
function reply(responseCode: number, text: string): Error {
  return Object.assign(new Error(text), { responseCode });
}
