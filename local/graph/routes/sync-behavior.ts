import { contextOf, type Handler, noContent, ok } from '../http/exchange.ts';
import { invalidRequest } from '../http/graph-error.ts';
import { objectBody } from '../http/parameter.ts';
import { type Route, route } from '../http/router.ts';
import { schemaOf } from '../odata/schema.ts';
import { isSynced } from '../tenant/objects.ts';
import { targetOf, visibleId } from './reading.ts';

type SyncedKind = 'group' | 'user';

/** Where the source of authority is kept; never selectable as a property of the object itself. */
export const cloudManaged = 'isCloudManaged';

const get =
  (kind: SyncedKind): Handler =>
  (request, world) => {
    const id = visibleId(request, world, kind);
    const isCloudManaged = world.view.object(id)?.properties[cloudManaged] === true;
    const select = request.query.get('$select');
    const suffix = select ? `(${select})` : '';
    return ok({
      '@odata.context': contextOf(
        request,
        `${schemaOf(kind).collection}('${id}')/onPremisesSyncBehavior${suffix}/$entity`,
      ),
      id,
      isCloudManaged,
    });
  };

/**
 * Moves the source of authority. Synced objects (false, true) become cloud-managed (true, null); rolled back they stay
 * without a master (false, null) until the synchronisation takes them over again.
 */
const update =
  (kind: SyncedKind): Handler =>
  (request, world) => {
    const object = targetOf(request, world, kind);
    const { isCloudManaged } = objectBody(request);
    if (typeof isCloudManaged !== 'boolean')
      throw invalidRequest(`A value is required for property 'isCloudManaged'.`);
    const wasSynced = isSynced(object) || object.properties.onPremisesSecurityIdentifier !== undefined;
    if (!wasSynced)
      throw invalidRequest(
        `The source of authority of ${object.id} cannot be changed: it was never synchronised from on-premises.`,
      );
    world.tenant.update(object.id, {
      [cloudManaged]: isCloudManaged ? true : null,
      onPremisesSyncEnabled: null,
    });
    return noContent;
  };

export const syncBehaviorRoutes: readonly Route[] = (['group', 'user'] as const).flatMap((kind) => [
  route('GET', `/${schemaOf(kind).collection}/{id}/onPremisesSyncBehavior`, get(kind)),
  route('PATCH', `/${schemaOf(kind).collection}/{id}/onPremisesSyncBehavior`, update(kind)),
]);
