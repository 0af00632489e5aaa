import type { DesiredUser } from '../../shared/domain/index.ts';
import type { TargetAttribute } from './attributes.ts';
import type { ObservedObject } from './observed.ts';
import { randomPassword } from './planned.ts';
import { textOf } from './values.ts';

/** Bits of userAccountControl (MS-ADTS §2.2.16). */
const bits = { disabled: 0x2, normalAccount: 0x200, smartcardRequired: 0x40000 } as const;

/**
 * userAccountControl of a user, and a password where the account needs one to be enabled. AD does
 * not enable an account without a password (0000052D), so a new account that starts disabled is
 * enabled only when somebody has set one. Bits that are not ours stay as they are.
 */
export function accountAttributes(
  desired: DesiredUser,
  object: ObservedObject | undefined,
): readonly TargetAttribute[] {
  const held = Number(textOf(object, 'userAccountControl') ?? bits.normalAccount | bits.disabled);
  // Somebody who must change the password at the next logon has a pwdLastSet of 0 too, and a password.
  const isEnabled = object !== undefined && (held & bits.disabled) === 0;
  const hasPassword = isEnabled || Number(textOf(object, 'pwdLastSet') ?? 0) !== 0;
  const givePassword = desired.enabled && desired.start === 'randomPassword' && !hasPassword;
  const enabled = desired.enabled && (hasPassword || givePassword);
  const wanted =
    (held & ~(bits.disabled | bits.smartcardRequired)) |
    bits.normalAccount |
    (enabled ? 0 : bits.disabled) |
    (desired.smartcardRequired ? bits.smartcardRequired : 0);
  return [
    ...(givePassword ? [exact('unicodePwd', randomPassword)] : []),
    exact('userAccountControl', String(wanted)),
  ];
}

/** userAccountControl of the same account, disabled. */
export const disabledAccount = (held: string | undefined): string =>
  String(Number(held ?? bits.normalAccount) | bits.disabled);

const exact = (name: string, value: string): TargetAttribute => ({
  name,
  values: [value],
  comparison: 'exact',
});
