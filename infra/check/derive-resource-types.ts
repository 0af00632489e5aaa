/**
 * Writes resource-types.json: what properties each Azure resource of infra/ may have, derived from the request mappers
 * in Microsoft's management libraries. They are 130 MB, so they are not dependencies; to add or renew a type:
 *
 *   npm install --prefix FOLDER @azure/arm-servicebus@6 @azure/arm-appservice@17 @azure/arm-storage@18 \
 *     @azure/arm-monitor@7 @azure/arm-msi@2 @azure/arm-authorization@9 @azure/arm-network@33 \
 *     @azure/arm-operationalinsights@9 @azure/arm-appinsights@5.0.0-beta.7 @azure/arm-resources@6 @azure/arm-privatedns@3
 *   node infra/check/derive-resource-types.ts FOLDER
 *
 * These are the last versions with mappers. An API version here is the one that the library speaks.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { isNamed, type Shape } from './shape.ts';

type Source = { readonly library: string; readonly mappers: string; readonly types: Record<string, string> };

const sources: readonly Source[] = [
  {
    library: '@azure/arm-resources',
    mappers: 'dist/esm/models/mappers.js',
    types: { 'Microsoft.Resources/resourceGroups@2025-03-01': 'ResourceGroup' },
  },
  {
    library: '@azure/arm-msi',
    mappers: 'dist/esm/models/mappers.js',
    types: { 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30': 'Identity' },
  },
  {
    library: '@azure/arm-storage',
    mappers: 'dist/esm/models/mappers.js',
    types: {
      'Microsoft.Storage/storageAccounts@2024-01-01': 'StorageAccountCreateParameters',
      'Microsoft.Storage/storageAccounts/blobServices@2024-01-01': 'BlobServiceProperties',
      'Microsoft.Storage/storageAccounts/blobServices/containers@2024-01-01': 'BlobContainer',
      'Microsoft.Storage/storageAccounts/tableServices@2024-01-01': 'TableServiceProperties',
      'Microsoft.Storage/storageAccounts/tableServices/tables@2024-01-01': 'Table',
    },
  },
  {
    library: '@azure/arm-operationalinsights',
    mappers: 'dist-esm/src/models/mappers.js',
    types: { 'Microsoft.OperationalInsights/workspaces@2022-10-01': 'Workspace' },
  },
  {
    library: '@azure/arm-appinsights',
    mappers: 'dist-esm/src/models/mappers.js',
    types: {
      'Microsoft.Insights/components@2020-02-02': 'ApplicationInsightsComponent',
      'Microsoft.Insights/workbooks@2022-04-01': 'Workbook',
    },
  },
  {
    library: '@azure/arm-monitor',
    mappers: 'dist-esm/src/models/mappers.js',
    types: {
      'Microsoft.Insights/actionGroups@2021-09-01': 'ActionGroupResource',
      'Microsoft.Insights/metricAlerts@2018-03-01': 'MetricAlertResource',
      'Microsoft.Insights/diagnosticSettings@2021-05-01-preview': 'DiagnosticSettingsResource',
    },
  },
  {
    library: '@azure/arm-servicebus',
    mappers: 'dist-esm/src/models/mappers.js',
    types: {
      'Microsoft.ServiceBus/namespaces@2021-11-01': 'SBNamespace',
      'Microsoft.ServiceBus/namespaces/queues@2021-11-01': 'SBQueue',
    },
  },
  {
    library: '@azure/arm-appservice',
    mappers: 'dist/esm/models/mappers.js',
    types: {
      'Microsoft.Web/serverfarms@2024-11-01': 'AppServicePlan',
      'Microsoft.Web/sites@2024-11-01': 'Site',
      'Microsoft.Web/sites/config@2024-11-01': 'StringDictionary',
      'Microsoft.Web/sites/basicPublishingCredentialsPolicies@2024-11-01':
        'CsmPublishingCredentialsPoliciesEntity',
    },
  },
  {
    library: '@azure/arm-authorization',
    mappers: 'dist-esm/src/models/mappers.js',
    types: { 'Microsoft.Authorization/roleAssignments@2022-04-01': 'RoleAssignmentCreateParameters' },
  },
  {
    library: '@azure/arm-network',
    mappers: 'dist-esm/src/models/mappers.js',
    types: {
      'Microsoft.Network/virtualNetworks@2024-05-01': 'VirtualNetwork',
      'Microsoft.Network/privateEndpoints@2024-05-01': 'PrivateEndpoint',
      'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2024-05-01': 'PrivateDnsZoneGroup',
    },
  },
  {
    library: '@azure/arm-privatedns',
    mappers: 'dist-esm/src/models/mappers.js',
    types: {
      'Microsoft.Network/privateDnsZones@2020-06-01': 'PrivateZone',
      'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01': 'VirtualNetworkLink',
    },
  },
];

type MapperType = {
  readonly name: string;
  readonly className?: string | undefined;
  readonly uberParent?: string | undefined;
  readonly allowedValues?: readonly unknown[] | undefined;
  readonly element?: Mapper | undefined;
  readonly value?: Mapper | undefined;
  readonly modelProperties?: Readonly<Record<string, Mapper>> | undefined;
};
type Mapper = {
  readonly serializedName?: string | undefined;
  readonly readOnly?: boolean | undefined;
  readonly type: MapperType;
};

const Mapper: z.ZodType<Mapper> = z.lazy(() =>
  z.object({
    serializedName: z.string().optional(),
    readOnly: z.boolean().optional(),
    type: z.object({
      name: z.string(),
      className: z.string().optional(),
      uberParent: z.string().optional(),
      allowedValues: z.array(z.unknown()).optional(),
      element: Mapper.optional(),
      value: Mapper.optional(),
      modelProperties: z.record(z.string(), Mapper).optional(),
    }),
  }),
);

type Mappers = ReadonlyMap<string, Mapper>;
type Branch = { [name: string]: Shape };

/** How deep a property may stand; below, anything is taken. Nothing of ours stands deeper. */
const deepest = 7;

function shapeOf({ type }: Mapper, mappers: Mappers, depth: number): Shape {
  switch (type.name) {
    case 'Boolean':
      return 'bool';
    case 'Number':
      return 'number';
    case 'String':
    case 'DateTime':
    case 'TimeSpan':
    case 'Uuid':
    case 'ByteArray':
      return 'string';
    case 'Enum':
      return (type.allowedValues ?? []).map(String);
    case 'Sequence':
      return type.element ? { '[]': shapeOf(type.element, mappers, depth + 1) } : 'any';
    case 'Dictionary':
      return type.value ? { '{}': shapeOf(type.value, mappers, depth + 1) } : 'any';
    case 'Composite':
      return depth > deepest ? 'any' : compositeOf(type, mappers, depth);
    default:
      return 'any';
  }
}

/** A class, or all classes of a family where the service tells them apart by a property. */
function compositeOf(type: MapperType, mappers: Mappers, depth: number): Shape {
  const named = mappers.get(type.className ?? '')?.type ?? type;
  const family = [...mappers.values()].map((mapper) => mapper.type);
  const members = family.filter(({ uberParent }) => uberParent && uberParent === named.className);
  if ([named, ...members].every(({ modelProperties }) => !modelProperties)) return 'any';
  const shape: Branch = {};
  for (const { modelProperties = {} } of [named, ...members]) {
    for (const property of Object.values(modelProperties)) {
      if (property.readOnly) continue;
      put(shape, pathOf(property), shapeOf(property, mappers, depth + 1));
    }
  }
  return shape;
}

/** Mappers flatten `properties.x` into one name; a literal dot is escaped there. */
const pathOf = ({ serializedName = '' }: Mapper): readonly string[] =>
  serializedName.split(/(?<!\\)\./).map((part) => part.replaceAll('\\.', '.'));

function put(into: Branch, [first = '', ...rest]: readonly string[], shape: Shape): void {
  if (rest.length === 0) {
    into[first] = shape;
    return;
  }
  const known = into[first];
  const branch: Branch = isNamed(known) ? { ...known } : {};
  put(branch, rest, shape);
  into[first] = branch;
}

async function derive(folder: string): Promise<Record<string, { source: string; shape: Shape }>> {
  const table: Record<string, { source: string; shape: Shape }> = {};
  for (const { library, mappers: file, types } of sources) {
    const at = join(folder, 'node_modules', library);
    const { version } = z
      .object({ version: z.string() })
      .parse(JSON.parse(await readFile(join(at, 'package.json'), 'utf8')));
    const module: Readonly<Record<string, unknown>> = await import(pathToFileURL(join(at, file)).href);
    const mappers: Mappers = new Map(
      Object.entries(module).flatMap(([name, value]) => {
        const parsed = Mapper.safeParse(value);
        return parsed.success ? [[name, parsed.data]] : [];
      }),
    );
    for (const [resource, className] of Object.entries(types)) {
      const mapper = mappers.get(className);
      if (!mapper) throw new Error(`${library} ${version} has no ${className} for ${resource}.`);
      table[resource] = { source: `${library} ${version}, ${className}`, shape: shapeOf(mapper, mappers, 0) };
    }
  }
  return table;
}

const [folder] = process.argv.slice(2);
if (!folder) throw new Error('Name the folder with the libraries; the top of this file says how to make it.');
const output = join(import.meta.dirname, 'resource-types.json');
await writeFile(output, `${JSON.stringify(await derive(folder))}\n`);
