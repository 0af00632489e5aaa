import type { BicepFile } from '../bicep/bicep-file.ts';
import type { Property, Value } from '../bicep/value.ts';
import type { Finding } from '../finding.ts';
import { shapeOfResource } from '../resource-types.ts';
import { isNamed, type Named, type Shape } from '../shape.ts';

/** What Bicep itself puts beside the properties of Azure. */
const ofBicep = new Set(['name', 'parent', 'scope', 'dependsOn']);

/** Every property of every resource exists in Azure, and every literal is of the right type. */
export const checkProperties = (files: readonly BicepFile[]): readonly Finding[] =>
  files.flatMap(({ path, resources }) =>
    resources.flatMap(({ type, line, body }) => {
      const shape = shapeOfResource(type);
      const message = `${type} is not in the table of resource types. infra/check/derive-resource-types.ts tells how to add it.`;
      if (shape === undefined) return [{ file: path, line, message }];
      return mistakes(resourceBody(body), shape, type.split('@')[0] ?? type).map((mistake) => ({
        file: path,
        ...mistake,
      }));
    }),
  );

type Mistake = Omit<Finding, 'file'>;

function resourceBody(body: Value): Value {
  if (body.kind === 'loop') return resourceBody(body.each);
  if (body.kind !== 'object') return body;
  return {
    ...body,
    properties: body.properties.filter(({ name }) => name === undefined || !ofBicep.has(name)),
  };
}

function mistakes(value: Value, shape: Shape, at: string): readonly Mistake[] {
  if (shape === 'any' || value.kind === 'expression' || value.kind === 'null') return [];
  const wrong = (message: string): readonly Mistake[] => [{ line: value.line, message: `${at} ${message}` }];
  switch (value.kind) {
    case 'choice':
      return value.options.flatMap((option) => mistakes(option, shape, at));
    case 'loop':
    case 'array': {
      const element = branch(shape, '[]');
      if (element === undefined) return wrong(`is an array, but should be ${words(shape)}.`);
      const items = value.kind === 'loop' ? [value.each] : value.items;
      return items.flatMap((item) => mistakes(item, element, `${at}[]`));
    }
    case 'object': {
      if (!isNamed(shape) || '[]' in shape) return wrong(`is an object, but should be ${words(shape)}.`);
      return value.properties.flatMap((property) => propertyMistakes(property, shape, at));
    }
    case 'string':
      if (Array.isArray(shape) && !shape.includes(value.text))
        return wrong(`is '${value.text}', but should be ${words(shape)}.`);
      return shape === 'string' || Array.isArray(shape)
        ? []
        : wrong(`is a string, but should be ${words(shape)}.`);
    default:
      return shape === value.kind ? [] : wrong(`is a ${value.kind}, but should be ${words(shape)}.`);
  }
}

function propertyMistakes({ name, line, value }: Property, shape: Named, at: string): readonly Mistake[] {
  const free = shape['{}'];
  if (free !== undefined) return mistakes(value, free, `${at}.${name ?? '*'}`);
  const known = name === undefined ? undefined : shape[name];
  if (known !== undefined) return mistakes(value, known, `${at}.${name}`);
  const message = `${at} has no property ${name ?? 'with a computed name'}. It has: ${Object.keys(shape).sort().join(', ')}.`;
  return [{ line, message }];
}

const branch = (shape: Shape, name: string): Shape | undefined => (isNamed(shape) ? shape[name] : undefined);

function words(shape: Shape): string {
  if (typeof shape === 'string') return `a ${shape}`;
  if (Array.isArray(shape)) return `one of ${shape.join(', ')}`;
  return '[]' in shape ? 'an array' : 'an object';
}
