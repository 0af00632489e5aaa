import { contextOf, type GraphRequest, type Handler, noContent, ok, type World } from '../http/exchange.ts';
import { forbidden } from '../http/graph-error.ts';
import { isJsonObject, objectBody } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import type { Json } from '../tenant/objects.ts';

const collection =
  (name: string, read: (world: World) => readonly Json[]): Handler =>
  (request, world) =>
    ok({ '@odata.context': contextOf(request, name), value: read(world) });

/** Graph has no application permission for the synchronisation settings: only people may read them. */
const refuseApplications = ({ caller }: GraphRequest): void => {
  if (!caller.isDelegated) throw forbidden();
};

const synchronization = ({ tenant }: World): Json => ({
  id: tenant.tenantId,
  ...tenant.settings.synchronization,
});

const getSynchronization: Handler = (request, world) => {
  refuseApplications(request);
  return ok({
    '@odata.context': contextOf(request, 'directory/onPremisesSynchronization'),
    value: [synchronization(world)],
  });
};

const updateSynchronization: Handler = (request, { tenant }) => {
  refuseApplications(request);
  const { features } = objectBody(request);
  for (const [name, value] of Object.entries(isJsonObject(features) ? features : {})) {
    if (typeof value === 'boolean') tenant.settings.synchronization.features[name] = value;
  }
  return noContent;
};

export const organizationRoutes: readonly Route[] = [
  route(
    'GET',
    '/organization',
    collection('organization', ({ tenant }) => [tenant.settings.organization]),
  ),
  route('GET', '/organization/{id}', (request, { tenant }) =>
    ok({ '@odata.context': contextOf(request, 'organization/$entity'), ...tenant.settings.organization }),
  ),
  route(
    'GET',
    '/subscribedSkus',
    collection('subscribedSkus', ({ tenant }) => tenant.settings.subscribedSkus),
  ),
  route('GET', '/directory/onPremisesSynchronization', getSynchronization),
  route('PATCH', '/directory/onPremisesSynchronization/{id}', updateSynchronization),
];
