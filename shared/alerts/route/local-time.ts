import { Weekday } from '../config/times.ts';

/** What clocks on the wall of a time zone show: `date` as 2027-03-01, `time` as 07:30. */
export type LocalTime = { readonly date: string; readonly time: string; readonly day: Weekday };

/** The local time of a zone (IANA name) at a moment, summer time included. */
export function localTime(at: Date, zone: string): LocalTime {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    weekday: 'short',
  });
  const parts = Object.fromEntries(format.formatToParts(at).map(({ type, value }) => [type, value]));
  return {
    date: `${parts.year}-${parts.month}-${parts.day}`,
    time: `${parts.hour}:${parts.minute}`,
    day: Weekday.parse(parts.weekday?.toLowerCase()),
  };
}

/** The day before a date. */
export const dayBefore = (date: string): string =>
  new Date(Date.parse(`${date}T00:00:00Z`) - 86_400_000).toISOString().slice(0, 10);

/** The weekday before a weekday. */
export const weekdayBefore = (day: Weekday): Weekday => {
  const days = Weekday.options;
  return days[(days.indexOf(day) + days.length - 1) % days.length] ?? day;
};
