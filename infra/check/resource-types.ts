import { z } from 'zod';
import derived from './resource-types.json' with { type: 'json' };
import { isNamed, type Named, Shape } from './shape.ts';

const Table = z.record(z.string(), z.object({ source: z.string(), shape: Shape }));
const table = Table.parse(derived);

const derivedShape = (type: string): Named => {
  const shape = table[type]?.shape;
  if (!isNamed(shape)) throw new Error(`resource-types.json has no ${type}.`);
  return shape;
};

const namespace = derivedShape('Microsoft.ServiceBus/namespaces@2021-11-01');

/** What no library with mappers knows, by hand, each from the page that is named. */
const byHand: Readonly<Record<string, Shape>> = {
  // learn.microsoft.com/azure/templates/microsoft.servicebus/2024-01-01/namespaces
  'Microsoft.ServiceBus/namespaces@2024-01-01': {
    ...namespace,
    properties: {
      ...(isNamed(namespace.properties) ? namespace.properties : {}),
      minimumTlsVersion: ['1.0', '1.1', '1.2', '1.3'],
      premiumMessagingPartitions: 'number',
      publicNetworkAccess: ['Enabled', 'Disabled', 'SecuredByPerimeter'],
    },
  },
  'Microsoft.ServiceBus/namespaces/queues@2024-01-01': derivedShape(
    'Microsoft.ServiceBus/namespaces/queues@2021-11-01',
  ),
  // A subnet that is only read: nothing of it is set here.
  'Microsoft.Network/virtualNetworks/subnets@2024-05-01': {},
  // learn.microsoft.com/azure/templates/microsoft.insights/2023-12-01/scheduledqueryrules
  'Microsoft.Insights/scheduledQueryRules@2023-12-01': {
    location: 'string',
    tags: { '{}': 'string' },
    kind: ['LogAlert', 'LogToMetric'],
    properties: {
      actions: { actionGroups: { '[]': 'string' }, customProperties: { '{}': 'string' } },
      autoMitigate: 'bool',
      checkWorkspaceAlertsStorageConfigured: 'bool',
      criteria: {
        allOf: {
          '[]': {
            dimensions: {
              '[]': { name: 'string', operator: ['Include', 'Exclude'], values: { '[]': 'string' } },
            },
            failingPeriods: { minFailingPeriodsToAlert: 'number', numberOfEvaluationPeriods: 'number' },
            metricMeasureColumn: 'string',
            metricName: 'string',
            operator: ['Equals', 'GreaterThan', 'GreaterThanOrEqual', 'LessThan', 'LessThanOrEqual'],
            query: 'string',
            resourceIdColumn: 'string',
            threshold: 'number',
            timeAggregation: ['Average', 'Count', 'Maximum', 'Minimum', 'Total'],
          },
        },
      },
      description: 'string',
      displayName: 'string',
      enabled: 'bool',
      evaluationFrequency: 'string',
      muteActionsDuration: 'string',
      overrideQueryTimeRange: 'string',
      scopes: { '[]': 'string' },
      severity: 'number',
      skipQueryValidation: 'bool',
      targetResourceTypes: { '[]': 'string' },
      windowSize: 'string',
    },
  },
};

/** The properties of a resource type with its version, or undefined where nobody has looked it up. */
export const shapeOfResource = (type: string): Shape | undefined => byHand[type] ?? table[type]?.shape;
