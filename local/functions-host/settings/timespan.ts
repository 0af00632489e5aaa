import { z } from 'zod';

const TIMESPAN = /^(?:(\d+)\.)?(\d{1,2}):(\d{1,2}):(\d{1,2}(?:\.\d+)?)$/;

/** Milliseconds of a .NET TimeSpan, `[d.]hh:mm:ss[.fff]`, the form of all durations in host.json. */
export const timespan = z.string().transform((text, context) => {
  const match = TIMESPAN.exec(text);
  if (match === null) {
    context.addIssue({
      code: 'custom',
      message: `"${text}" is not a time span; write hh:mm:ss, for example 00:00:01`,
    });
    return z.NEVER;
  }
  const [, days = '0', hours = '0', minutes = '0', seconds = '0'] = match;
  return (((Number(days) * 24 + Number(hours)) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
});
