import { textOf } from '../questions.ts';
import type { Request } from '../requests.ts';
import { type Rule, refusal } from '../rule.ts';

/** Bits of userAccountControl (MS-ADTS §2.2.16). */
const bits = { disabled: 0x2, passwordNotRequired: 0x20, normalAccount: 0x200 } as const;

/**
 * A user account is enabled only with a password that meets the policy (MS-SAMR §3.1.1.8, the triggers of
 * userAccountControl): 53 with ERROR_PASSWORD_RESTRICTION.
 */
export const enabledWithoutPassword: Rule = {
  refuse: async (request, questions) => {
    const control = lastValue(request, 'userAccountControl');
    if (
      control === undefined ||
      !needsPassword(Number(control)) ||
      lastValue(request, 'unicodePwd') !== undefined
    ) {
      return undefined;
    }
    if (request.operation === 'add') return weak;
    const account = await questions.find(request.dn, ['pwdLastSet']);
    return account !== undefined && Number(textOf(account, 'pwdLastSet') ?? 0) === 0 ? weak : undefined;
  },
};

const weak = refusal(53, '0000052D', 'SvcErr: DSID-031A124C, problem 5003 (WILL_NOT_PERFORM), data 0');

const needsPassword = (control: number): boolean =>
  (control & bits.normalAccount) !== 0 && (control & (bits.disabled | bits.passwordNotRequired)) === 0;

function lastValue(request: Request, name: string): string | undefined {
  const attributes =
    request.operation === 'add' ? request.attributes : request.operation === 'modify' ? request.changes : [];
  return attributes.findLast((one) => one.name.toLowerCase() === name.toLowerCase())?.values[0]?.toString();
}
