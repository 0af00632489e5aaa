import { z } from 'zod';
import type { AttributeSpace } from '../attributes/table.ts';
import { compileTemplate } from '../template/render.ts';
import { isContainerDn } from './dn.ts';

/** A template over the attributes of one kind of object. */
export const templateText = (space: AttributeSpace, id: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const result = compileTemplate(text, space);
      if (!result.ok) context.addIssue({ code: 'custom', message: result.message });
    })
    .meta({ id, description: 'Text with expressions in braces, such as {Left(Trim(displayName),51)}.' });

/** A template for a name: without an attribute in it, all objects would get the same. */
export const nameTemplate = (space: AttributeSpace, id: string) =>
  templateText(space, id).superRefine((text, context) => {
    const result = compileTemplate(text, space);
    if (result.ok && result.template.attributes.length === 0) {
      context.addIssue({
        code: 'custom',
        message: 'uses no attribute, so all objects would get the same name. Use one, such as {id}.',
      });
    }
  });

const placeHelp = 'Write a DN such as OU=EntraWriteback, or with the domain: OU=Groups,DC=corp,DC=example.';

/** A DN, full or relative to the domain. */
export const containerDn = z
  .string()
  .refine(isContainerDn, { error: ({ input }) => `${JSON.stringify(input)} is not a DN. ${placeHelp}` })
  .meta({ id: 'ContainerDn', description: 'DN of a container, full or relative to the domain.' });

/** A DN with expressions as values, such as `OU={department},OU=Groups`. What they give is escaped. */
const placeTemplate = (space: AttributeSpace, id: string) =>
  z
    .string()
    .superRefine((text, context) => {
      const result = compileTemplate(text, space);
      if (!result.ok) context.addIssue({ code: 'custom', message: result.message });
      else if (
        !isContainerDn(
          result.template.render(
            () => null,
            () => 'x',
          ),
        )
      ) {
        context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} gives no DN. ${placeHelp}` });
      }
    })
    .meta({ id, description: 'DN with expressions as values, such as OU={department},OU=Groups.' });

/** Where objects go: one place, or one for each value of an attribute. */
export const placeSchema = (space: AttributeSpace, id: string) => {
  const place = placeTemplate(space, `${id}Template`);
  const mapping = z.strictObject({
    switch: templateText(space, `${id}Switch`).describe(
      'What is looked up in the cases, such as {department}.',
    ),
    cases: z.record(z.string(), place).describe('A place for each value. Case does not matter.'),
    default: place.describe('The place for every other value.'),
  });
  return z.union([place, mapping]).meta({ id });
};
export type Place = z.output<ReturnType<typeof placeSchema>>;
