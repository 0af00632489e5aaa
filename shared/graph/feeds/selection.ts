import type { Feed } from '../../bus/index.ts';
import { deviceSelection } from '../schema/device.ts';
import { extensionSelection } from '../schema/extensions.ts';
import { groupSelection } from '../schema/group.ts';
import { userSelection } from '../schema/user.ts';
import type { FeedNeeds } from '../types.ts';

/**
 * What would show an object in its feed although nothing we write has changed: a device's last sign-in
 * changes all the time. The others never change, or are not documented for delta queries.
 */
const quiet: ReadonlySet<string> = new Set([
  'approximateLastSignInDateTime',
  'createdDateTime',
  'isManagementRestricted',
]);

const properties: Readonly<Record<Feed, readonly string[]>> = {
  groups: [...groupSelection(false), 'members'],
  users: userSelection,
  devices: deviceSelection,
};

/** What a feed is asked to show: changes of anything else do not surface in it. */
export const feedSelection = (
  feed: Feed,
  { owners = false, extensions = [] }: FeedNeeds,
): readonly string[] => [
  ...properties[feed].filter((name) => !quiet.has(name)),
  ...(feed === 'groups' && owners ? ['owners'] : []),
  ...(feed === 'devices' ? [] : extensionSelection(extensions)),
];
