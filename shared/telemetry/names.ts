/** Every span, with what it covers. docs/telemetry.md lists them. */
export const spans = {
  receive: 'A POST of Microsoft Graph, from its arrival until its changes are in Service Bus.',
  'queue.wait': 'The time a message lay in its queue, from the moment it was to be delivered.',
  drain: 'A doorbell: one feed of Graph is read to its end.',
  evaluate: 'A change: the object is read, the policy asked, the intents are sent.',
  alert: 'A notice of a violation is kept for the routes.',
  settle: 'An outcome of the relay is remembered, reported and told to those who wait.',
  relay: 'An intent in the hands of the relay, from its receipt to its outcome.',
  observe: 'The relay reads the AD object and the members that the intent names.',
  plan: 'The relay plans.',
  guard: 'The guard judges the plan: ownership, limits, budgets.',
  apply: 'The LDAP writes of one plan.',
} as const;
export type SpanName = keyof typeof spans;

/** Every metric. Units are as in UCUM. */
export const metricNames = {
  'writeback.notifications': { kind: 'counter', unit: '{notification}', about: 'Notifications of Graph.' },
  'writeback.changes': {
    kind: 'counter',
    unit: '{change}',
    about: 'Changes decided, by kind, cause, outcome and reason.',
  },
  'writeback.outcomes': {
    kind: 'counter',
    unit: '{outcome}',
    about: 'Outcomes of the relay, by kind, intent, cause and result.',
  },
  'writeback.members': {
    kind: 'counter',
    unit: '{member}',
    about: 'Members written to AD groups, by change (added, removed).',
  },
  'writeback.latency': {
    kind: 'histogram',
    unit: 's',
    about: 'From the first sign of a change to AD, for changes that were written.',
  },
  'writeback.stage.duration': {
    kind: 'histogram',
    unit: 's',
    about: 'The same by stage: decide, queue (waiting for a relay), write.',
  },
  'writeback.violations': {
    kind: 'counter',
    unit: '{violation}',
    about: 'Violations opened and resolved, by code and event.',
  },
  'writeback.messages.failed': {
    kind: 'counter',
    unit: '{message}',
    about: 'Deliveries that failed and come again, by queue.',
  },
  'writeback.messages.rejected': {
    kind: 'counter',
    unit: '{message}',
    about: 'Messages set aside because they can never succeed, by queue and code.',
  },
} as const satisfies Record<
  string,
  { readonly kind: 'counter' | 'histogram'; readonly unit: string; readonly about: string }
>;
export type MetricName = keyof typeof metricNames;
