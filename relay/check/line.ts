import { shown } from '../prepare/shown.ts';

/** One thing that was looked at. `id` is stable and public; several lines have the same id where it is about several objects. */
export type CheckLine = {
  readonly id: CheckId;
  readonly title: string;
  readonly status: 'ok' | 'warning' | 'error';
  /** What was found, about which object, with the numbers. */
  readonly detail: string;
  /** What a person does about it: a command where there is one; several, one on a line, in their order. */
  readonly remedy?: string;
};

/** Every id with its title; the guides refer to them. */
export const titles = {
  connection: 'Connection',
  certificate: 'Certificate',
  clock: 'Clock',
  account: 'Account',
  privileges: 'Account is no administrator',
  elsewhere: 'No rights elsewhere',
  schema: 'Schema',
  'functional-level': 'Functional level',
  'recycle-bin': 'Recycle Bin',
  'deleted-objects': 'Deleted objects',
  exchange: 'Exchange',
  'upn-suffixes': 'UPN suffixes',
  container: 'Target container',
  rights: 'Rights',
  'rights-tested': 'Rights on written objects',
  'too-many-rights': 'No more rights than needed',
  'device-service': 'Device registration service',
  'device-location': 'Device location',
  'device-container': 'Device container',
  'source-of-authority': 'Source of authority',
  'service-bus': 'Service Bus',
  policy: 'Policy',
} as const;

export type CheckId = keyof typeof titles;

export const ok = (id: CheckId, detail: string): CheckLine => ({
  id,
  title: titles[id],
  status: 'ok',
  detail: shown(detail),
});

/** What is to be done: one step, or several in their order. */
export type Remedy = string | readonly string[];

export const warning = (id: CheckId, detail: string, remedy: Remedy): CheckLine =>
  troubled('warning', id, detail, remedy);

export const error = (id: CheckId, detail: string, remedy: Remedy): CheckLine =>
  troubled('error', id, detail, remedy);

const troubled = (status: 'warning' | 'error', id: CheckId, detail: string, remedy: Remedy): CheckLine => ({
  id,
  title: titles[id],
  status,
  detail: shown(detail),
  remedy: [remedy].flat().map(shown).join('\n'),
});

/** What a run of all checks says. */
export type CheckReport = {
  readonly lines: readonly CheckLine[];
  /** The worst of the lines. */
  readonly status: CheckLine['status'];
};

const order = ['ok', 'warning', 'error'] as const;

export const reportOf = (lines: readonly CheckLine[]): CheckReport => ({
  lines,
  status: lines.reduce<CheckLine['status']>(
    (worst, { status }) => (order.indexOf(status) > order.indexOf(worst) ? status : worst),
    'ok',
  ),
});
