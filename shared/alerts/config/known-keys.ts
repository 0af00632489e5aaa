import { z } from 'zod';
import { AlertConfig } from './schema.ts';

type JsonSchema = {
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly additionalProperties?: JsonSchema | boolean;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
};

/** The JSON Schema of alerts.yaml, for editors. */
export const alertsJsonSchema = (): object => ({
  title: 'Alerts of entra-writeback',
  ...z.toJSONSchema(AlertConfig, { io: 'input', reused: 'inline', unrepresentable: 'any' }),
});

/** The keys that the object at a path may have, for "did you mean". */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const root: JsonSchema = alertsJsonSchema();
  const schemas = path.reduce<readonly JsonSchema[]>(
    (all, step) => all.flatMap((schema) => below(schema, step)),
    [root],
  );
  return [
    ...new Set(schemas.flatMap(alternatives).flatMap(({ properties = {} }) => Object.keys(properties))),
  ];
}

function below(schema: JsonSchema, step: PropertyKey): readonly JsonSchema[] {
  return alternatives(schema).flatMap(({ items, properties, additionalProperties }) => {
    const named = properties?.[String(step)];
    const other = typeof additionalProperties === 'object' ? additionalProperties : undefined;
    const next = typeof step === 'number' ? items : (named ?? other);
    return next ? [next] : [];
  });
}

const alternatives = (schema: JsonSchema): readonly JsonSchema[] => [
  schema,
  ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? [])].flatMap(alternatives),
];
