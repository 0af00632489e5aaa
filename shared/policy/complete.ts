import { compileCondition } from './condition/compile.ts';
import type { Condition } from './condition/schema.ts';
import type { CompletePolicy, WrittenPolicy } from './file/schema.ts';
import type { Policy, Rule } from './policy.ts';
import { DeviceSettings } from './settings/device.ts';
import { GroupSettings } from './settings/group.ts';
import { UserSettings } from './settings/user.ts';
import { contentVersion } from './version.ts';

/** Fills what a policy leaves out: rule over its defaults over the default policy. */
export function completePolicy(written: WrittenPolicy, base: CompletePolicy): Policy {
  const defaults = {
    groups: GroupSettings.parse(merge(base.defaults.groups, written.defaults?.groups)),
    users: UserSettings.parse(merge(base.defaults.users, written.defaults?.users)),
    devices: DeviceSettings.parse(merge(base.defaults.devices, written.defaults?.devices)),
  };
  const content = {
    tenantDefault: written.tenantDefault ?? base.tenantDefault,
    sourceOfAuthority: written.sourceOfAuthority ?? base.sourceOfAuthority,
    exchange: { ...base.exchange, ...defined(written.exchange) },
    defaults,
  };
  const groups = rulesOf(written.groups ?? base.groups, (own) =>
    GroupSettings.parse(merge(defaults.groups, own)),
  );
  const users = rulesOf(written.users ?? base.users, (own) => UserSettings.parse(merge(defaults.users, own)));
  const devices = rulesOf(written.devices ?? base.devices, (own) =>
    DeviceSettings.parse(merge(defaults.devices, own)),
  );
  const rules = [groups, users, devices].map((list) =>
    list.map(({ name, condition, settings }) => ({ name, condition, settings })),
  );
  const version = contentVersion({ ...content, rules });
  return { version, ...content, groups, users, devices };
}

type WrittenRule = { readonly rule: string; readonly when?: Condition | undefined };

const rulesOf = <Settings>(
  written: readonly WrittenRule[],
  settingsOf: (own: object) => Settings,
): readonly Rule<Settings>[] =>
  written.map(({ rule, when, ...own }) => ({
    name: rule,
    condition: when,
    matches: compileCondition(when),
    settings: settingsOf(own),
  }));

/** The settings that are objects with settings of their own, which are merged one by one. */
const nested: ReadonlySet<string> = new Set([
  'name',
  'deletion',
  'members',
  'limits',
  'attributes',
  'upnSuffixes',
]);

/** `over` laid over `base`. What comes out is validated again by the schema of complete settings. */
function merge(base: object, over: object | undefined): object {
  const result: Record<string, unknown> = { ...base };
  for (const [key, value] of Object.entries(over ?? {})) {
    if (value === undefined) continue;
    const below = result[key];
    result[key] =
      nested.has(key) && isObject(below) && isObject(value) ? { ...below, ...defined(value) } : value;
  }
  return result;
}

const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

const defined = (value: object | undefined): object =>
  Object.fromEntries(Object.entries(value ?? {}).filter(([, one]) => one !== undefined));
