import { z } from 'zod';
import { contextOf, created, type GraphRequest, type Handler, noContent, ok } from '../http/exchange.ts';
import { GraphError, invalidRequest, notFound } from '../http/graph-error.ts';
import { parameter } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import type { GroupSetting } from '../tenant/settings.ts';
import { groupUnifiedTemplate } from './group-unified-template.ts';

const valuesSchema = z.array(z.object({ name: z.string(), value: z.string() }));
const bodySchema = z.object({ templateId: z.string(), values: valuesSchema });

const checkedValues = (values: unknown): GroupSetting['values'] => {
  const parsed = valuesSchema.safeParse(values);
  if (!parsed.success)
    throw invalidRequest(
      `Invalid value specified for property 'values': a list of name and value, both texts, is expected.`,
    );
  const unknown = parsed.data.find(
    ({ name }) => !groupUnifiedTemplate.values.some((each) => each.name === name),
  );
  if (unknown)
    throw invalidRequest(
      `Setting '${unknown.name}' is not part of the template ${groupUnifiedTemplate.displayName}.`,
    );
  return parsed.data;
};

const list: Handler = (request, { tenant }) =>
  ok({
    '@odata.context': contextOf(request, 'groupSettings'),
    value: [...tenant.settings.groupSettings.values()],
  });

const one = (request: GraphRequest, setting: GroupSetting) => ({
  '@odata.context': contextOf(request, 'groupSettings/$entity'),
  ...setting,
});

const create: Handler = (request, { tenant }) => {
  const parsed = bodySchema.safeParse(request.body);
  if (!parsed.success || parsed.data.templateId !== groupUnifiedTemplate.id) {
    throw invalidRequest(
      `'templateId' must be ${groupUnifiedTemplate.id} (${groupUnifiedTemplate.displayName}) and 'values' a list.`,
    );
  }
  if (tenant.settings.groupSettings.size > 0) {
    throw new GraphError(
      400,
      'Request_BadRequest',
      'A conflicting object with one or more of the specified property values is present in the directory.',
    );
  }
  const setting: GroupSetting = {
    id: tenant.nextId(),
    displayName: groupUnifiedTemplate.displayName,
    templateId: groupUnifiedTemplate.id,
    values: withDefaults(checkedValues(parsed.data.values), groupUnifiedTemplate.values),
  };
  tenant.settings.groupSettings.set(setting.id, setting);
  return created(one(request, setting));
};

const withDefaults = (
  values: GroupSetting['values'],
  defaults: GroupSetting['values'],
): GroupSetting['values'] => defaults.map((each) => values.find(({ name }) => name === each.name) ?? each);

const get: Handler = (request, { tenant }) => {
  const setting = tenant.settings.groupSettings.get(parameter(request, 'id'));
  if (!setting) throw notFound(parameter(request, 'id'));
  return ok(one(request, setting));
};

const update: Handler = (request, { tenant }) => {
  const id = parameter(request, 'id');
  const setting = tenant.settings.groupSettings.get(id);
  if (!setting) throw notFound(id);
  const body = z.object({ values: z.unknown() }).safeParse(request.body);
  if (!body.success) throw invalidRequest(`A value is required for property 'values'.`);
  tenant.settings.groupSettings.set(id, {
    ...setting,
    values: withDefaults(checkedValues(body.data.values), setting.values),
  });
  return noContent;
};

const remove: Handler = (request, { tenant }) => {
  const id = parameter(request, 'id');
  if (!tenant.settings.groupSettings.delete(id)) throw notFound(id);
  return noContent;
};

/** Directory-wide group settings: `/groupSettings` in v1.0, `/settings` in beta; both names work in both. */
export const groupSettingRoutes: readonly Route[] = [
  ...['groupSettings', 'settings'].flatMap((collection) => [
    route('GET', `/${collection}`, list),
    route('POST', `/${collection}`, create),
    route('GET', `/${collection}/{id}`, get),
    route('PATCH', `/${collection}/{id}`, update),
    route('DELETE', `/${collection}/{id}`, remove),
  ]),
  route('GET', '/groupSettingTemplates', (request) =>
    ok({
      '@odata.context': contextOf(request, 'groupSettingTemplates'),
      value: [
        {
          ...groupUnifiedTemplate,
          values: groupUnifiedTemplate.values.map(({ name, value }) => ({
            name,
            defaultValue: value,
            type: 'System.String',
            description: name,
          })),
        },
      ],
    }),
  ),
];
