import type { Outcome } from '../domain/index.ts';
import { type ReportDeps, resolveViolation } from './report-violations.ts';

/** The relay tells MAIL_LEFT_OUT of the forest as a whole; the first user with mail attributes ends it. */
export async function settleMail({ plan }: Outcome, traceparent: string, deps: ReportDeps): Promise<void> {
  const writesMail = plan.operations.some(
    (one) =>
      (one.op === 'create' && remoteMailbox in one.attributes) ||
      (one.op === 'modify' && (one.replace[remoteMailbox]?.length ?? 0) > 0),
  );
  if (writesMail) await resolveViolation('MAIL_LEFT_OUT', { subject: 'Exchange' }, traceparent, deps);
}

/** Written for users only. */
const remoteMailbox = 'msExchRemoteRecipientType';
