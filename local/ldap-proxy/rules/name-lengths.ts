import { parseDn } from '../../../relay/plan/dn.ts';
import { type Rule, refusal } from '../rule.ts';

const longestCommonName = 64;
const longestUserName = 20;

/**
 * cn has at most 64 characters (rangeUpper, MS-ADA1), also by a rename: 19. A user's sAMAccountName has at most 20
 * (MS-SAMR §3.1.1.6, ERROR_INVALID_ACCOUNT_NAME): 19.
 */
export const nameLengths: Rule = {
  refuse: async (request, questions) => {
    if (request.operation === 'add' && nameOf(request.dn).length > longestCommonName) return tooLong('cn');
    if (request.operation === 'rename' && nameOf(`${request.newRdn},DC=x`).length > longestCommonName) {
      return tooLong('cn');
    }
    const names = accountNames(request);
    if (!names.some((name) => name.length > longestUserName)) return undefined;
    const classes =
      request.operation === 'add'
        ? valuesOf(request.attributes, 'objectClass')
        : valuesOf((await questions.find(request.dn, ['objectClass']))?.attributes ?? [], 'objectClass');
    if (!classes.includes('user') || classes.includes('computer')) return undefined;
    return refusal(19, '00000523', 'SysErr: DSID-031A1202, problem 22 (Invalid argument), data 0');
  },
};

const tooLong = (attribute: string) =>
  refusal(
    19,
    '00002082',
    `AtrErr: DSID-03151E07, problem 1005 (CONSTRAINT_ATT_TYPE), data 0, Att ${attribute}`,
  );

const nameOf = (dn: string): string => {
  const [own] = parseDn(dn) ?? [];
  return own?.type.toLowerCase() === 'cn' ? own.value : '';
};

type Named = { readonly name: string; readonly values: readonly Buffer[] };

function accountNames(request: Parameters<NonNullable<Rule['refuse']>>[0]): readonly string[] {
  if (request.operation === 'add') return valuesOf(request.attributes, 'sAMAccountName');
  if (request.operation === 'modify') return valuesOf(request.changes, 'sAMAccountName');
  return [];
}

const valuesOf = (attributes: readonly Named[], name: string): readonly string[] =>
  attributes
    .filter((attribute) => attribute.name.toLowerCase() === name.toLowerCase())
    .flatMap(({ values }) => values.map(String));
