/** Policy file → validated policy; (snapshot, policy) → decision and trace. Pure. */
export type { AttributeTable, Read, Value } from './attributes/table.ts';
export type { Context, Evaluation, WriteSettings } from './evaluate/context.ts';
export { describe } from './evaluate/describe.ts';
export { evaluate } from './evaluate/evaluate.ts';
export { memberLimitOf } from './evaluate/group-refusals.ts';
export { groupType } from './evaluate/group-type.ts';
export { isReservedName } from './evaluate/reserved-names.ts';
export { policyJsonSchema } from './file/known-keys.ts';
export { formatPolicyErrors, type PolicyError } from './file/policy-error.ts';
export { defaultPolicy, loadPolicy, type PolicyResult } from './load.ts';
export type { Policy, Rule } from './policy.ts';
export { type Requirements, requirements } from './requirements.ts';
export { DeviceSettings } from './settings/device.ts';
export { GroupSettings } from './settings/group.ts';
export { UserSettings } from './settings/user.ts';
