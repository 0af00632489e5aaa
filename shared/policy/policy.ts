import type { CompiledCondition } from './condition/compile.ts';
import type { Condition } from './condition/schema.ts';
import type { CompletePolicy } from './file/schema.ts';
import type { DeviceSettings } from './settings/device.ts';
import type { GroupSettings } from './settings/group.ts';
import type { UserSettings } from './settings/user.ts';

/** A rule, its settings complete and its condition ready to be asked. */
export type Rule<Settings> = {
  readonly name: string;
  readonly condition: Condition | undefined;
  readonly matches: CompiledCondition;
  readonly settings: Settings;
};

/** A validated policy. It is made by loadPolicy only. */
export type Policy = {
  /** First 12 hex digits of the SHA-256 of what the policy says; comments, order of keys and defaults written out do not count. */
  readonly version: string;
  readonly tenantDefault: CompletePolicy['tenantDefault'];
  readonly sourceOfAuthority: CompletePolicy['sourceOfAuthority'];
  readonly exchange: CompletePolicy['exchange'];
  readonly defaults: CompletePolicy['defaults'];
  readonly groups: readonly Rule<GroupSettings>[];
  readonly users: readonly Rule<UserSettings>[];
  readonly devices: readonly Rule<DeviceSettings>[];
};
