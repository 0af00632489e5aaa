import type { Outcome } from '../../domain/index.ts';
import { type ReportDeps, resolveViolation } from './report-violations.ts';

const code = 'DEVICE_REGISTRATION_WRONG';

/** The relay tells it of the forest as a whole; the first device that is written without complaint ends it. */
export async function settleDevicePlace(
  { object, intent, result, violations }: Outcome,
  traceparent: string,
  deps: ReportDeps,
): Promise<void> {
  const isWritten = result === 'applied' || result === 'unchanged';
  if (object.kind !== 'device' || intent !== 'write' || !isWritten) return;
  if (violations.some((one) => one.code === code)) return;
  await resolveViolation(code, { subject: 'Device registration' }, traceparent, deps);
}
