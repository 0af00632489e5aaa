import { z } from 'zod';

/** A time zone of the IANA database, such as Europe/Berlin. */
export const Zone = z
  .string()
  .refine(isZone, { error: 'is not a time zone. Write an IANA name such as Europe/Berlin, or UTC.' });

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const timePattern = /^([01]\d|2[0-3]):[0-5]\d$/;

/** A time of day, 00:00 to 23:59. */
export const Time = z
  .string()
  .regex(timePattern, { error: 'is not a time of day. Write it in quotes, such as "07:30".' });

/** A time of day or 24:00, the end of the day. */
export const EndTime = z.union([Time, z.literal('24:00')], {
  error: 'is not a time of day. Write it in quotes, such as "07:30" or "24:00".',
});

export const Weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);
export type Weekday = z.output<typeof Weekday>;
