import type { Behaviour } from '../behaviour/behaviour.ts';
import { type Draw, happens } from '../behaviour/chance.ts';
import type { Statistics } from '../http/statistics.ts';
import type { Change } from '../tenant/change-log.ts';
import { ticksOf } from '../tenant/date-time.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Authorizations } from './authorization.ts';
import type { Endpoint } from './endpoint.ts';
import { notificationItem } from './item.ts';
import type { Subscription } from './subscription.ts';

type Parts = {
  readonly tenant: Tenant;
  readonly behaviour: Behaviour;
  readonly statistics: Statistics;
  readonly draw: Draw;
  readonly active: () => readonly Subscription[];
  readonly endpoint: (url: string) => Endpoint;
  readonly authorizations: Authorizations;
};

/** Only permanent deletion is `deleted`; creation, soft deletion and restoration are `updated` like all else. */
const changeTypeOf = ({ event }: Change): 'updated' | 'deleted' =>
  event === 'purged' ? 'deleted' : 'updated';

const isWatched = ({ watched, changeType }: Subscription, change: Change): boolean =>
  watched.kind === change.object.kind &&
  (watched.id === undefined || watched.id === change.object.id) &&
  (watched.link === undefined || change.links.some(({ link }) => link === watched.link)) &&
  changeType.split(',').includes(changeTypeOf(change));

/** Listens to the tenant and hands a notification to the endpoint of every subscription that watches the change. */
export const createNotifier = ({
  tenant,
  behaviour,
  statistics,
  draw,
  active,
  endpoint,
  authorizations,
}: Parts): void => {
  let lastTicks = 0n;
  const nextTicks = (at: number): bigint => {
    const ticks = ticksOf(at);
    lastTicks = ticks > lastTicks ? ticks : lastTicks + 1n;
    return lastTicks;
  };

  const send = (subscription: Subscription, change: Change, isRepetition: boolean) => {
    const { drop, duplicate, reorder, overtakenMs, delayMs, membersDelta } = behaviour.settings.notifications;
    const members = change.links.find(({ link }) => link === 'members');
    const item = notificationItem({
      subscription,
      tenantId: tenant.tenantId,
      changeType: changeTypeOf(change),
      id: change.object.id,
      sequenceNumber: nextTicks(change.at),
      members: membersDelta && !isRepetition && change.object.kind === 'group' ? members : undefined,
    });
    if (!authorizations.isAuthorized(subscription)) {
      authorizations.retain(subscription, item);
      return;
    }
    if (happens(drop, draw)) {
      statistics.notification('dropped');
      return;
    }
    const target = endpoint(subscription.notificationUrl);
    const isOvertaken = happens(reorder, draw);
    if (isOvertaken) statistics.notification('delayed');
    target.enqueue(item, delayMs + (isOvertaken ? overtakenMs : 0));
    if (happens(duplicate, draw)) {
      statistics.notification('duplicated');
      target.enqueue(item, delayMs);
    }
  };

  tenant.onChange((change) => {
    const { perCreation, ofDeletedMembers } = behaviour.settings.notifications;
    if (change.consequence && !ofDeletedMembers) return;
    for (const subscription of active()) {
      if (!isWatched(subscription, change)) continue;
      const times = change.event === 'created' ? perCreation : 1;
      for (let time = 0; time < times; time++) send(subscription, change, time > 0);
    }
  });
};
