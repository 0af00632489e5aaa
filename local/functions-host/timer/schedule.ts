import { Cron } from 'croner';

const FIELD = /^[\d*,/A-Za-z-]+$/;
const NAMES = /[A-Za-z]+/g;
const KNOWN_NAME = /^(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|sun|mon|tue|wed|thu|fri|sat)$/i;

/**
 * An NCRONTAB expression, `{second} {minute} {hour} {day} {month} {day of week}`, as a cron job that is not started in `timezone`
 * (https://learn.microsoft.com/azure/azure-functions/functions-bindings-timer#ncrontab-expressions). Day and day of week must
 * both match. Throws for what only croner understands (`L`, `W`, `#`, `?`) and for time spans, which Flex Consumption has not.
 */
export function parseSchedule(expression: string, timezone: string): Cron {
  const fields = expression.trim().split(/\s+/);
  const readable = fields.every(
    (field) => FIELD.test(field) && (field.match(NAMES) ?? []).every((name) => KNOWN_NAME.test(name)),
  );
  if (fields.length !== 6 || !readable) {
    throw new Error(
      `The timer schedule "${expression}" is not NCRONTAB. Write six fields, {second} {minute} {hour} {day} {month} {day of week}, for example "0 */5 * * * *".`,
    );
  }
  return new Cron(fields.join(' '), { timezone, mode: '6-part', domAndDow: true });
}
