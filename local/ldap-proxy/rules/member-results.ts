import { type Rule, refusal } from '../rule.ts';

/**
 * What AD says where Samba speaks its own words about a member: adding one that is there is 68 with ERROR_MEMBER_IN_ALIAS,
 * removing one that is not is 53 with ERROR_MEMBER_NOT_IN_ALIAS, and naming an object that does not exist is 32 with
 * ERROR_NO_SUCH_USER (MS-ERREF §2.2).
 */
export const memberResults: Rule = {
  reword: (request, result) => {
    if (request.operation !== 'modify') return result;
    if (
      result.resultCode === 68 &&
      /member already exists|already set via primaryGroupID/i.test(result.text)
    ) {
      return refusal(68, '00000562', 'UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS), data 0');
    }
    if (
      result.resultCode === 53 &&
      /member (already deleted|doesn't exist)|Unable to find GUID for DN/i.test(result.text)
    ) {
      return refusal(53, '00000561', 'SvcErr: DSID-031A1236, problem 5003 (WILL_NOT_PERFORM), data 0');
    }
    if (result.resultCode === 32 && result.text.startsWith('00000525')) {
      return refusal(
        32,
        '00000525',
        "NameErr: DSID-031A11AE, problem 2001 (NO_OBJECT), data 0, best match of: ''",
      );
    }
    return result;
  },
};
