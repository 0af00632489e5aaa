import { contextOf, created, type Handler, noContent } from '../http/exchange.ts';
import { objectBody } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { represent } from '../odata/represent.ts';
import { schemaOf } from '../odata/schema.ts';
import { requireProperties, writtenProperties } from '../rules/writing.ts';
import { readingRoutes, targetOf } from './reading.ts';

const create: Handler = (request, { tenant }) => {
  const body = objectBody(request);
  requireProperties('administrativeUnit', body, ['displayName']);
  const unit = tenant.create(
    'administrativeUnit',
    writtenProperties(request, 'administrativeUnit', body, true),
  );
  return created({
    '@odata.context': contextOf(request, 'directory/administrativeUnits/$entity'),
    ...represent(unit, schemaOf('administrativeUnit').byDefault),
  });
};

const update: Handler = (request, world) => {
  const unit = targetOf(request, world, 'administrativeUnit');
  world.tenant.update(unit.id, writtenProperties(request, 'administrativeUnit', objectBody(request), false));
  return noContent;
};

const remove: Handler = (request, world) => {
  world.tenant.softDelete(targetOf(request, world, 'administrativeUnit').id);
  return noContent;
};

/** Under `/directory` in v1.0 and at the root in beta; both work in both. Service principals and contacts are read-only. */
export const administrativeUnitRoutes: readonly Route[] = [
  ...['directory/administrativeUnits', 'administrativeUnits'].flatMap((collection) => [
    ...readingRoutes('administrativeUnit', 1, collection),
    route('POST', `/${collection}`, create),
    route('PATCH', `/${collection}/{id}`, update),
    route('DELETE', `/${collection}/{id}`, remove),
  ]),
  ...readingRoutes('servicePrincipal', 1),
  ...readingRoutes('orgContact', 1),
];
