import type { Route } from '../http/router.ts';
import { administrativeUnitRoutes } from './administrative-units.ts';
import { controlRoutes } from './control.ts';
import { deletedItemRoutes } from './deleted-items.ts';
import { deviceRoutes } from './devices.ts';
import { directoryObjectRoutes } from './directory-objects.ts';
import { feedRoutes } from './feeds.ts';
import { groupSettingRoutes } from './group-settings.ts';
import { groupRoutes } from './groups.ts';
import { mailRoutes } from './mail.ts';
import { organizationRoutes } from './organization.ts';
import { referenceRoutes } from './references.ts';
import { subscriptionRoutes } from './subscriptions.ts';
import { syncBehaviorRoutes } from './sync-behavior.ts';
import { userRoutes } from './users.ts';

/** Everything that the double answers, except `$batch`, which needs the dispatcher itself. */
export const routes: readonly Route[] = [
  ...groupRoutes,
  ...userRoutes,
  ...deviceRoutes,
  ...referenceRoutes,
  ...directoryObjectRoutes,
  ...deletedItemRoutes,
  ...feedRoutes,
  ...subscriptionRoutes,
  ...syncBehaviorRoutes,
  ...groupSettingRoutes,
  ...mailRoutes,
  ...organizationRoutes,
  ...administrativeUnitRoutes,
  ...controlRoutes,
];
