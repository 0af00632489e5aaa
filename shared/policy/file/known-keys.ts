import { z } from 'zod';
import { WrittenPolicy } from './schema.ts';

type JsonSchema = {
  readonly $ref?: string;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly allOf?: readonly JsonSchema[];
  readonly propertyNames?: { readonly enum?: readonly string[] };
  readonly additionalProperties?: unknown;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
};

/** The JSON Schema of policy files, for editors. */
export const policyJsonSchema = (): object => ({
  title: 'Policy of entra-writeback',
  ...z.toJSONSchema(WrittenPolicy, { io: 'input' }),
});

/** The keys that the object at a path of a policy may have, for "did you mean". */
export function knownKeys(path: readonly PropertyKey[]): readonly string[] {
  const root: JsonSchema = policyJsonSchema();
  let schemas = expand(root, root);
  for (const step of path) {
    schemas = schemas.flatMap((schema) => {
      const next = typeof step === 'number' ? schema.items : schema.properties?.[String(step)];
      return next ? expand(next, root) : [];
    });
  }
  const keys = schemas.flatMap((schema) => [
    ...Object.keys(schema.properties ?? {}),
    ...(schema.propertyNames?.enum ?? []),
  ]);
  return [...new Set(keys)];
}

/** A schema with its references followed and its alternatives side by side. */
function expand(schema: JsonSchema, root: JsonSchema): readonly JsonSchema[] {
  if (schema.$ref) {
    const target = root.$defs?.[schema.$ref.replace('#/$defs/', '')];
    return target ? expand(target, root) : [];
  }
  const alternatives = [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])];
  return [schema, ...alternatives.flatMap((one) => expand(one, root))];
}
