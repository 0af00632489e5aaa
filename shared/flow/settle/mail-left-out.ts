import type { Outcome } from '../../domain/index.ts';
import { type ReportDeps, resolveViolation } from './report-violations.ts';

/** The relay tells MAIL_LEFT_OUT of the forest as a whole; the first object with mail attributes ends it. */
export async function settleMail({ plan }: Outcome, traceparent: string, deps: ReportDeps): Promise<void> {
  const writesMail = plan.operations.some(
    (one) =>
      (one.op === 'create' && hasMail(one.attributes)) || (one.op === 'modify' && hasMail(one.replace)),
  );
  if (writesMail) await resolveViolation('MAIL_LEFT_OUT', { subject: 'Exchange' }, traceparent, deps);
}

/** What a recipient has only where the schema was extended for Exchange: groups the one, users the other. */
const ofRecipients = ['msExchRecipientDisplayType', 'msExchRemoteRecipientType'] as const;

const hasMail = (attributes: Readonly<Record<string, readonly unknown[]>>): boolean =>
  ofRecipients.some((name) => (attributes[name]?.length ?? 0) > 0);
