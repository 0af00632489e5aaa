import type { Readable } from 'node:stream';
import PostalMime from 'postal-mime';
import type { SMTPServerSession } from 'smtp-server';

/** A mail as it arrived. */
export interface Mail {
  /** Sender of the envelope, which is what a mail server goes by. */
  readonly from: string;
  /** Recipients of the envelope. */
  readonly to: readonly string[];
  readonly subject: string;
  /** Empty if the mail has no such part. */
  readonly text: string;
  readonly html: string;
  /** By name in small letters; of a repeated header the last one. */
  readonly headers: Readonly<Record<string, string>>;
  /** Whether it came over TLS. */
  readonly secure: boolean;
  /** Who had authenticated, if anybody. */
  readonly user: string | undefined;
}

/** Reads a mail from the DATA of an SMTP session. */
export async function readMail(data: Readable, session: SMTPServerSession): Promise<Mail> {
  const chunks: Buffer[] = [];
  for await (const chunk of data) chunks.push(chunk);
  const parsed = await PostalMime.parse(Buffer.concat(chunks));
  const { mailFrom, rcptTo } = session.envelope;
  return {
    from: mailFrom === false ? '' : mailFrom.address,
    to: rcptTo.map(({ address }) => address),
    subject: parsed.subject ?? '',
    text: parsed.text ?? '',
    html: parsed.html ?? '',
    headers: Object.fromEntries(parsed.headers.map(({ key, value }) => [key.toLowerCase(), value])),
    secure: session.secure,
    // The types say string or undefined; without authentication it is false.
    user: session.user || undefined,
  };
}
