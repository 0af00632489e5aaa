import { beforeAll, describe, expect, test } from 'vitest';
import type { BicepFile } from '../../infra/check/bicep/bicep-file.ts';
import { bicepReader, type ReadBicep } from '../../infra/check/bicep/read-bicep.ts';
import { checkAll, type Facts, readFacts, readInfra } from '../../infra/check/check.ts';

let files: readonly BicepFile[];
let facts: Facts;
let read: ReadBicep;

beforeAll(async () => {
  files = await readInfra();
  facts = await readFacts();
  read = await bicepReader();
});

/** What the checks say when one text in one file is replaced by another. */
function afterPlanting(path: string, right: string, wrong: string): readonly string[] {
  const planted = files.map((file) => {
    if (file.path !== path) return file;
    expect(file.text).toContain(right);
    return read(path, file.text.replace(right, wrong));
  });
  return checkAll(planted, facts).map(({ file, message }) => `${file}: ${message}`);
}

test('the infrastructure has no mistake that can be found without a network', () => {
  expect(files.map(({ path }) => path)).toContain('main.bicep');
  expect(checkAll(files, facts)).toEqual([]);
});

describe('a planted mistake is found:', () => {
  const functions = 'modules/functions.bicep';
  const serviceBus = 'modules/service-bus.bicep';

  test.each([
    ['something that is not Bicep', serviceBus, 'sku: privateNetwork', 'sku privateNetwork', /is not Bicep/],
    [
      'an unknown property',
      serviceBus,
      'lockDuration:',
      'lockDuraton:',
      /no property lockDuraton\. It has: .*lockDuration/,
    ],
    [
      'a property deep inside',
      functions,
      'instanceMemoryMB: instanceMemoryMB',
      'instanceMemory: instanceMemoryMB',
      /scaleAndConcurrency has no property instanceMemory\./,
    ],
    [
      'a property of a nested resource',
      functions,
      'properties: { allow: false }',
      'properties: { allowed: false }',
      /has no property allowed\. It has: allow/,
    ],
    [
      'a property in one branch of a condition',
      serviceBus,
      "tier: 'Standard'",
      "teir: 'Standard'",
      /sku has no property teir/,
    ],
    [
      'a number written as a string',
      'modules/alerts.bicep',
      'numberOfEvaluationPeriods: 1',
      "numberOfEvaluationPeriods: '1'",
      /numberOfEvaluationPeriods is a string, but should be a number/,
    ],
    [
      'a string written as a number',
      functions,
      "version: '24'",
      'version: 24',
      /runtime\.version is a number, but should be a string/,
    ],
    [
      'a word that is no choice',
      'modules/storage.bicep',
      "accessTier: 'Hot'",
      "accessTier: 'Lukewarm'",
      /accessTier is 'Lukewarm', but should be one of/,
    ],
    [
      'an object in place of an array',
      'modules/alerts.bicep',
      'scopes: [serviceBus.id]',
      'scopes: { id: serviceBus.id }',
      /scopes is an object, but should be an array/,
    ],
    [
      'an array in place of an object',
      functions,
      "siteConfig: { minTlsVersion: '1.2' }",
      "siteConfig: [{ minTlsVersion: '1.2' }]",
      /siteConfig is an array, but should be an object/,
    ],
    [
      'a version of a resource that nobody looked up',
      serviceBus,
      'namespaces/queues@2024-01-01',
      'namespaces/queues@2017-04-01',
      /queues@2017-04-01 is not in the table/,
    ],
    [
      'a parameter without description',
      serviceBus,
      "@description('Messaging units of Premium.')",
      '',
      /messagingUnits has no description/,
    ],
    [
      'an output without description',
      'main.bicep',
      "@description('Name of the function app.')\n",
      '',
      /AZURE_FUNCTION_APP_NAME has no description/,
    ],
    [
      'an output that holds a key',
      'modules/monitoring.bicep',
      'string = insights.name',
      'string = insights.properties.ConnectionString',
      /output insightsName shows a secret/,
    ],
    [
      'an output of a function that lists keys',
      'modules/storage.bicep',
      'string = account.name',
      'string = account.listKeys().keys[0].value',
      /output name shows a secret/,
    ],
    [
      'an output that shows a secure parameter',
      functions,
      'string = app.name',
      'string = notificationClientState',
      /output name shows a secret/,
    ],
    [
      'an output that shows a variable with a secret',
      functions,
      'string = app.name',
      'string = appSettings.NOTIFICATION_CLIENT_STATE',
      /output name shows a secret/,
    ],
    [
      'an output named like a secret',
      functions,
      'output name',
      'output clientState',
      /clientState is named like a secret/,
    ],
    [
      'a role id in the code',
      'modules/queue-role.bicep',
      'roles[roleName])\n  }',
      "'090c5cfd-751d-490a-894a-3ce6f1109419')\n  }",
      /holds the id 090c5cfd/,
    ],
    [
      'a role that is not in the list',
      'modules/storage.bicep',
      "roles['Storage Blob Data Owner'])\n  }",
      "roles['Owner'])\n  }",
      /gives the role Owner, which roles\.json does not have/,
    ],
    [
      'a role that is not in the list, given to the relay',
      serviceBus,
      "'Azure Service Bus Data Receiver'",
      "'Contributor'",
      /gives the role Contributor/,
    ],
    [
      'a queue beside the entity file',
      serviceBus,
      'resource workspace',
      "resource extra 'Microsoft.ServiceBus/namespaces/queues@2024-01-01' = { parent: namespace, name: 'extra' }\n\nresource workspace",
      /2 resources make queues/,
    ],
    [
      'a fixed property of a queue',
      serviceBus,
      'queue.Properties.LockDuration',
      "'PT5M'",
      /lockDuration of a queue must be queue\.Properties\.LockDuration/,
    ],
    [
      'a forgotten property of a queue',
      serviceBus,
      '    requiresSession: queue.Properties.RequiresSession\n',
      '',
      /requiresSession of a queue must be/,
    ],
    [
      'a property of queues that the entity file does not know',
      serviceBus,
      '    requiresSession:',
      '    enablePartitioning: true\n    requiresSession:',
      /enablePartitioning of a queue is not in service-bus\.json/,
    ],
    [
      'another entity file',
      serviceBus,
      "'../service-bus.json'",
      "'../queues.json'",
      /do not come from service-bus\.json/,
    ],
    [
      'a setting that the code does not read',
      functions,
      'GRAPH_BASE_URL:',
      'GRAPH_URL:',
      /GRAPH_URL is no setting of the functions/,
    ],
    [
      'a setting of the local stack',
      functions,
      'GRAPH_BASE_URL:',
      'ServiceBus:',
      /ServiceBus is no setting of the functions in Azure/,
    ],
    [
      'a needed setting that is not given',
      functions,
      '  STATE_STORE: storage.properties.primaryEndpoints.table\n',
      '',
      /STATE_STORE is needed in Azure/,
    ],
    [
      'a platform setting that nobody explained',
      functions,
      'ServiceBus__credential:',
      'FUNCTIONS_WORKER_RUNTIME:',
      /FUNCTIONS_WORKER_RUNTIME is not in platform-settings\.ts/,
    ],
    [
      'a name that is not declared',
      functions,
      'serverFarmId: plan.id',
      'serverFarmId: farm.id',
      /farm is not declared/,
    ],
    ['a function that does not exist', functions, 'union(tags,', 'merge(tags,', /merge is no function/],
    [
      'a parameter that is never used',
      'modules/workbook.bicep',
      'tags: tags',
      'tags: {}',
      /tags is never used/,
    ],
    [
      'a parameter that a module does not declare',
      'main.bicep',
      'emails: alertEmails',
      'mails: alertEmails',
      /module alerts gives mails/,
    ],
    [
      'a parameter that a module needs',
      'main.bicep',
      '    emails: alertEmails\n',
      '',
      /module alerts does not give emails/,
    ],
    [
      'an output that a module does not have',
      'main.bicep',
      'identity.outputs.principalId',
      'identity.outputs.objectId',
      /module identity is asked for the output objectId/,
    ],
    [
      'a module that does not exist',
      'main.bicep',
      "'modules/workbook.bicep'",
      "'modules/dashboard.bicep'",
      /modules\/dashboard\.bicep, which does not exist/,
    ],
    [
      'a parameter without value in the parameter file',
      'main.bicep',
      'param alwaysReadyHttpInstances int = 1',
      'param alwaysReadyHttpInstances int',
      /alwaysReadyHttpInstances is missing/,
    ],
    [
      'a value for no parameter',
      'main.bicep',
      'param alertEmails',
      'param emails',
      /alertEmails is no parameter of main\.bicep/,
    ],
  ])('%s', (_name, path, right, wrong, message) => {
    expect(afterPlanting(path, right, wrong).join('\n')).toMatch(message);
  });

  test('a setting in the parameter file that the code does not read', () => {
    const values = { ...facts.values, settings: { SYNC_SPEED: '1' } };
    expect(checkAll(files, { ...facts, values }).map(({ message }) => message)).toEqual([
      'SYNC_SPEED is no setting of the functions. See shared/settings/settings.ts.',
    ]);
  });
});
