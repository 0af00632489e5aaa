import { classifyGroup } from '../classify/index.ts';
import type { DesiredAttribute, DesiredGroup, GroupSnapshot } from '../domain/index.ts';
import { groupSpace, readGroup } from '../policy/attributes/group.ts';
import { groupType } from '../policy/evaluate/group-type.ts';
import type { GroupSettings } from '../policy/settings/group.ts';
import { resolvePlace } from '../policy/settings/place.ts';
import { renderTemplate } from '../policy/template/render.ts';
import { attribute, canonicalAttributes, plainText } from './attributes.ts';
import { groupNames } from './group-names.ts';
import { type ExchangeFacts, mailAttributes } from './mail.ts';

/** msExchRecipientDisplayType of a mail-enabled universal distribution and security group. */
const displayTypes = { distribution: '1', security: '1073741833' } as const;

/**
 * The AD group of a cloud group that is to be written, canonical. Its settings come from the
 * decision; evaluation has checked that they give a place. Throws where they do not.
 */
export function desiredGroup(
  group: GroupSnapshot,
  settings: GroupSettings,
  exchange: ExchangeFacts,
): DesiredGroup {
  const { properties } = group;
  const container = resolvePlace(settings.ou, groupSpace, readGroup(group));
  if (container === undefined) {
    throw new RangeError(`The ou of the rule gives no DN for group ${group.id}; evaluate it before.`);
  }
  const security = groupType(properties, settings.as) !== 'distribution';
  const { source } = classifyGroup(properties);
  const sid = properties.onPremisesSecurityIdentifier;
  return {
    kind: 'group',
    id: group.id,
    container,
    ...groupNames(group, settings),
    attributes: canonicalAttributes([
      attribute('displayName', [plainText(properties.displayName, 256)]),
      attribute('description', [plainText(properties.description, 448)]),
      ...mailOf(group, settings, exchange, security),
      ...extraAttributes(group, settings),
    ]),
    drift: settings.drift,
    security,
    scope: settings.scope,
    ...(source === 'movedToCloud' && sid !== null && { continues: sid }),
  };
}

/**
 * Only a Microsoft 365 group has mail in the cloud. Its mail attributes are ours, and cleared where it
 * is written as a security group without mail; those of other groups are left alone.
 */
function mailOf(
  group: GroupSnapshot,
  settings: GroupSettings,
  exchange: ExchangeFacts,
  security: boolean,
): readonly DesiredAttribute[] {
  const { properties } = group;
  if (settings.mail === 'never' || classifyGroup(properties).kind !== 'microsoft365') return [];
  const mailEnabled = groupType(properties, settings.as) !== 'security' && properties.mail !== null;
  const recipient = mailEnabled ? { id: group.id, ...properties } : null;
  return mailAttributes(recipient, security ? displayTypes.security : displayTypes.distribution, exchange);
}

function extraAttributes(group: GroupSnapshot, settings: GroupSettings): readonly DesiredAttribute[] {
  const read = readGroup(group);
  return Object.entries(settings.attributes).map(([name, template]) =>
    attribute(
      name,
      [plainText(renderTemplate(template ?? '', groupSpace, read), 1024)],
      name.startsWith('extensionAttribute') ? 'schemaHasIt' : 'always',
    ),
  );
}
