import { type Rule, refusal } from '../rule.ts';

/** A rename into a parent that is not there: 32 with ERROR_DS_OBJ_NOT_FOUND (MS-ERREF §2.2); Samba says 80. */
export const renameParent: Rule = {
  reword: (request, result) =>
    request.operation === 'rename' && result.resultCode === 80 && /parent does not exist/i.test(result.text)
      ? refusal(32, '0000208D', "NameErr: DSID-03100245, problem 2001 (NO_OBJECT), data 0, best match of: ''")
      : result,
};
