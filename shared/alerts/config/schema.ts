import { z } from 'zod';
import { Moment, ObjectKind, Severity, ViolationCode } from '../../domain/index.ts';
import { ChannelSettings } from './channels.ts';
import { EndTime, Time, Weekday, Zone } from './times.ts';

const name = z
  .string()
  .max(60)
  .regex(/^[A-Za-z0-9][A-Za-z0-9 ._-]*$/, {
    error: 'is not a name. Use letters, digits, blanks, dots, dashes; at most 60 characters.',
  });
const patterns = z.array(z.string().min(1).max(400)).min(1).readonly();

/** What an alert must be like. Everything that is given must hold; of a list, one. `*` and `?` are wildcards. */
export const Condition = z
  .strictObject({
    severity: Severity.describe('This severity or a higher one.'),
    codes: z.array(ViolationCode).min(1).readonly().describe('Codes of violations.'),
    rules: patterns.describe('Names of policy rules.'),
    kinds: z
      .array(ObjectKind)
      .min(1)
      .readonly()
      .describe('Kinds of object. Alerts of the system itself have none.'),
    subjects: patterns.describe('Names of objects, or of parts of the system.'),
    places: patterns.describe('DNs in AD, such as *,OU=Finance,DC=corp,DC=example.'),
  })
  .partial();
export type Condition = z.output<typeof Condition>;

const Digest = z.union([
  z.strictObject({ everyMinutes: z.int().min(5).max(10_080) }),
  z.strictObject({ at: z.array(Time).min(1).max(24), zone: Zone }),
]);
export type Digest = z.output<typeof Digest>;

const Window = z.strictObject({
  days: z
    .array(Weekday)
    .min(1)
    .optional()
    .describe('Days on which the window begins; every day unless told.'),
  from: Time,
  to: EndTime.describe('A time that is not after `from` is on the next day.'),
});

const Quiet = z.strictObject({
  zone: Zone,
  windows: z.array(Window).min(1).max(20),
  except: Severity.optional().describe('This severity and higher ones pass at any time.'),
});
export type Quiet = z.output<typeof Quiet>;

const Route = z.strictObject({
  route: name.describe('Name of the route, unique.'),
  when: Condition.default({}).describe('Which alerts take this route; all unless told.'),
  to: z
    .array(z.string())
    .min(1)
    .max(10)
    .describe('Channels: the first one that works gets the message, the others are its fallback.'),
  mode: z
    .union([z.literal('atOnce'), z.strictObject({ digest: Digest })])
    .default('atOnce')
    .describe('atOnce: within about half a minute. digest: collected into one message.'),
  quiet: Quiet.optional().describe('Quiet hours. What happens in them is told in one message at their end.'),
  updates: z
    .boolean()
    .default(true)
    .describe('Tell that a cause is still seen: after 1 h, 4 h, 1 d, then weekly.'),
  resolutions: z.boolean().default(true).describe('Tell that a cause is gone.'),
  continue: z
    .boolean()
    .default(false)
    .describe('Look at the next routes too; otherwise the first that matches decides.'),
});
export type Route = z.output<typeof Route>;

const Mute = z.strictObject({
  when: Condition.refine((condition) => Object.keys(condition).length > 0, {
    error: 'is empty, so it would mute everything. Name codes, subjects, rules, kinds, places or a severity.',
  }).describe('What is muted. A severity mutes this one and higher ones.'),
  until: z
    .union([Moment, z.iso.date()], {
      error: 'is no point in time. Write 2027-03-01 (UTC) or 2027-03-01T18:00:00+01:00.',
    })
    .describe('When the mute ends. What is still open then is told.'),
  by: z.string().min(1).max(200).describe('Who muted it.'),
  why: z.string().min(1).max(500).describe('Why it is muted.'),
});
export type Mute = z.output<typeof Mute>;

/** alerts.yaml: who is told of what, how, and when. */
export const AlertConfig = z.strictObject({
  channels: z
    .record(name, ChannelSettings)
    .refine((channels) => Object.keys(channels).length > 0, { error: 'names no channel. Give at least one.' })
    .describe('Where alerts can go, by name.'),
  routes: z.array(Route).min(1).max(100).describe('In order: the first that matches decides.'),
  mutes: z.array(Mute).max(500).default([]),
});
export type AlertConfig = z.output<typeof AlertConfig>;
