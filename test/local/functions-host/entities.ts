import type { BrokerOptions } from '../../../local/service-bus/broker.ts';

/** The queues and the topic of the fixture app. Locks of `ordered` and `one` are short, so that renewal shows. */
export const ENTITIES: BrokerOptions['entities'] = {
  UserConfig: {
    Namespaces: [
      {
        Name: 'fixture',
        Queues: [
          { Name: 'one', Properties: { LockDuration: 'PT2S' } },
          { Name: 'back' },
          { Name: 'many' },
          { Name: 'ordered', Properties: { RequiresSession: true, LockDuration: 'PT2S' } },
          { Name: 'poison', Properties: { MaxDeliveryCount: 3 } },
        ],
        Topics: [{ Name: 'news', Subscriptions: [{ Name: 'all' }] }],
      },
    ],
  },
};

/** App settings of the fixture, as environment variables. */
export const settings = (connectionString: string): Readonly<Record<string, string>> => ({
  Bus: connectionString,
  ManyQueue: 'many',
  TickSchedule: '0 0 0 1 1 *',
  'AzureWebJobs.switched-off.Disabled': 'true',
});
