import { describe, expect, it } from 'vitest';
import { directoryErrorCodes } from '../../../relay/directory/errors/directory-error.ts';
import { fromResult } from '../../../relay/directory/errors/from-result.ts';
import { noAnswer } from '../../../relay/directory/errors/no-answer.ts';

const modify = { verb: 'modify', object: 'CN=Finance,OU=Groups,DC=corp,DC=example' } as const;

describe('an answer of AD becomes an error that', () => {
  it.each([
    [1, '000004DC: LdapErr: DSID-0C090A5C, comment: In order to perform this operation …', 'CONNECTION_LOST'],
    [4, '', 'TOO_LARGE'],
    [8, 'BindSimple: Transport encryption required.', 'ENCRYPTION_REQUIRED'],
    [10, '0000202B: RefErr: DSID-03100781, data 0, 1 access points', 'OTHER_DOMAIN'],
    [16, '00000057: LdapErr: DSID-0C090D8A, comment: Error in attribute conversion operation', 'SCHEMA'],
    [19, '00002082: AtrErr: DSID-03151E07', 'CONSTRAINT'],
    [19, '000021C8: AtrErr: DSID-03200BBA, #1: problem 1005 (CONSTRAINT_ATT_TYPE)', 'NAME_IN_USE'],
    [19, "0000202F: samldb: userPrincipalName 'ada@lab.test' is already in use ", 'NAME_IN_USE'],
    [32, '0000208D: NameErr: DSID-0310028D, problem 2001 (NO_OBJECT)', 'NOT_FOUND'],
    [50, '00000005: SecErr: DSID-03152E29, problem 4003 (INSUFF_ACCESS_RIGHTS)', 'ACCESS_DENIED'],
    [51, '', 'BUSY'],
    [52, '', 'UNAVAILABLE'],
    [53, '0000052D: SvcErr: DSID-031A124C, problem 5003 (WILL_NOT_PERFORM)', 'PASSWORD_POLICY'],
    [53, '00002035: SvcErr', 'UNWILLING'],
    [65, '0000207D: UpdErr', 'SCHEMA'],
    [68, '00002071: UpdErr: DSID-0305038D, problem 6005 (ENTRY_EXISTS)', 'ENTRY_EXISTS'],
    [68, '00000524: UpdErr: DSID-031A11E2, problem 6005 (ENTRY_EXISTS)', 'NAME_IN_USE'],
    [80, '00002095: parent does not exist!', 'PARENT_NOT_FOUND'],
    [123, '', 'UNWILLING'],
  ] as const)('for result %i and "%s" has the code %s', (resultCode, text, code) => {
    const error = fromResult(modify, { resultCode, text });
    expect(error).toMatchObject({ code, kind: directoryErrorCodes[code].kind, resultCode, applied: 'no' });
  });

  it('says what was asked, what AD said and what to do', () => {
    const error = fromResult(modify, { resultCode: 50, text: '00000005: SecErr: DSID-03152E29, data 0\n\0' });
    expect(error.message).toBe(
      'AD refused to modify CN=Finance,OU=Groups,DC=corp,DC=example with result 50: 00000005: SecErr: DSID-03152E29, data 0. ' +
        'entra-writeback check shows which rights the relay account lacks, and entra-writeback prepare grants them.',
    );
    expect(error.adCode).toBe('00000005');
  });

  it.each([
    ['52e', 'The name or the password of the account is wrong.'],
    ['533', 'The account is disabled.'],
    ['701', 'The account has expired.'],
    ['773', 'The account must change its password before its first logon'],
    ['775', 'The account is locked'],
  ])('explains logon failure %s', (data, meaning) => {
    const text = `80090308: LdapErr: DSID-0C090439, comment: AcceptSecurityContext error, data ${data}, v4563`;
    const error = fromResult({ verb: 'bind', object: 'svc@corp.example' }, { resultCode: 49, text });
    expect(error).toMatchObject({ kind: 'credentials', retry: 'later' });
    expect(error.message).toContain(meaning);
  });

  it('repeats nothing of a request that carried a password', () => {
    const error = fromResult(
      { ...modify, secret: true },
      { resultCode: 19, text: '0000052D: value "geheim"' },
    );
    expect(error).toMatchObject({ code: 'PASSWORD_POLICY', said: undefined });
    expect(JSON.stringify(error) + error.message + error.stack).not.toContain('geheim');
  });
});

describe('a request without an answer', () => {
  const cut = new Error('Connection closed before message response was received.');

  it('may have been applied when it was a write', () => {
    expect(noAnswer(modify, 'ldaps://dc1', cut)).toMatchObject({
      kind: 'lost',
      retry: 'observe',
      applied: 'unknown',
    });
  });

  it('has changed nothing when it was a search', () => {
    const search = { verb: 'search', object: 'DC=corp' } as const;
    expect(noAnswer(search, 'ldaps://dc1', cut)).toMatchObject({ retry: 'later', applied: 'no' });
  });

  it('is told from one that took too long', () => {
    const late = new Error('ModifyRequest: Operation timed out');
    expect(noAnswer(modify, 'ldaps://dc1', late).code).toBe('TIMED_OUT');
  });
});
