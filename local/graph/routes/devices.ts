import { contextOf, created, type Handler, noContent } from '../http/exchange.ts';
import { objectBody } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { represent } from '../odata/represent.ts';
import { schemaOf } from '../odata/schema.ts';
import { checkNewDevice } from '../rules/device.ts';
import { refuseTaken, requireProperties, writtenProperties } from '../rules/writing.ts';
import { readingRoutes, targetOf } from './reading.ts';

const required = [
  'accountEnabled',
  'alternativeSecurityIds',
  'deviceId',
  'displayName',
  'operatingSystem',
  'operatingSystemVersion',
];

const create: Handler = (request, { tenant }) => {
  const body = objectBody(request);
  requireProperties('device', body, required);
  const properties = writtenProperties(request, 'device', body, true);
  checkNewDevice(properties);
  refuseTaken(tenant.store.keys.taken('device', properties));
  const device = tenant.create('device', properties);
  return created({
    '@odata.context': contextOf(request, 'devices/$entity'),
    ...represent(device, schemaOf('device').byDefault),
  });
};

const update: Handler = (request, world) => {
  const device = targetOf(request, world, 'device');
  const properties = writtenProperties(request, 'device', objectBody(request), false);
  refuseTaken(world.tenant.store.keys.taken('device', properties, device.id));
  world.tenant.update(device.id, properties);
  return noContent;
};

/** Devices go to the recycle bin, synced ones too: whoever registered them may register them again. */
const remove: Handler = (request, world) => {
  world.tenant.softDelete(targetOf(request, world, 'device').id);
  return noContent;
};

export const deviceRoutes: readonly Route[] = [
  ...readingRoutes('device', 1),
  route('POST', '/devices', create),
  route('PATCH', '/devices/{id}', update),
  route('DELETE', '/devices/{id}', remove),
];
