import { type Rule, refusal } from '../rule.ts';

/** A rename into a parent that is not there: 80 (other) with ERROR_DS_NO_PARENT_OBJECT (MS-ADTS §3.1.1.5.4.1.2). */
export const renameParent: Rule = {
  reword: (request, result) =>
    request.operation === 'rename' && result.resultCode === 80 && /parent does not exist/i.test(result.text)
      ? refusal(80, '00002089', 'UpdErr: DSID-031A11E2, problem 5012 (DIR_ERROR), data 0')
      : result,
};
