import type { BicepFile } from '../bicep/bicep-file.ts';
import { propertyOf, type Value } from '../bicep/value.ts';
import type { Finding } from '../finding.ts';

/** One queue of the entity file (service-bus.json), as the emulator of Service Bus writes it. */
export type Entity = { readonly Name: string; readonly Properties: Readonly<Record<string, unknown>> };

const queueType = 'Microsoft.ServiceBus/namespaces/queues@';

/**
 * The queues in Azure are those of the entity file: they are made by one loop over it, every property
 * that the file uses is taken over under its name, and nothing else is said about a queue.
 */
export function checkQueues(files: readonly BicepFile[], entities: readonly Entity[]): readonly Finding[] {
  const used = [...new Set(entities.flatMap(({ Properties }) => Object.keys(Properties)))].sort();
  const wanted = used.map((name) => [azureName(name), `queue.Properties.${name}`] as const);
  const made = files.flatMap((file) =>
    file.resources
      .filter(({ type, existing }) => type.startsWith(queueType) && !existing)
      .map((resource) => ({ file, resource })),
  );
  const [only] = made;
  if (!only || made.length > 1) {
    const message = `${made.length} resources make queues. Make all of them by one loop over service-bus.json.`;
    return [{ file: only?.file.path ?? 'main.bicep', line: only?.resource.line ?? 1, message }];
  }
  const { file, resource } = only;
  const body = resource.body.kind === 'loop' ? resource.body.each : undefined;
  const given = textsOf(propertyOf(body, 'properties'));
  const mistakes = [
    ...(file.text.includes("loadJsonContent('../service-bus.json').UserConfig.Namespaces[0].Queues")
      ? []
      : ['The queues do not come from service-bus.json.']),
    ...wanted
      .filter(([name, source]) => given.get(name) !== source)
      .map(([name, source]) => `The property ${name} of a queue must be ${source}.`),
    ...[...given.keys()]
      .filter((name) => !wanted.some(([known]) => known === name))
      .map((name) => `The property ${name} of a queue is not in service-bus.json.`),
  ];
  return mistakes.map((message) => ({ file: file.path, line: resource.line, message }));
}

const azureName = (name: string): string => name.charAt(0).toLowerCase() + name.slice(1);

const textsOf = (value: Value | undefined): ReadonlyMap<string, string> =>
  new Map(
    value?.kind === 'object'
      ? value.properties.map(({ name = '', value: { ...written } }) => [
          name,
          'text' in written ? written.text : '',
        ])
      : [],
  );
