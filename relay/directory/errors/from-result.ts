import { type DirectoryError, type DirectoryErrorCode, directoryError } from './directory-error.ts';
import { explainLogonFailure } from './logon-failure.ts';

/** What was being done when the server refused. */
export type Doing = {
  readonly verb: 'bind' | 'search' | 'add' | 'modify' | 'rename' | 'delete';
  /** The object it was about, or the account for a bind. */
  readonly object: string;
  /** The request carried a password, so the server's words are left out of the error. */
  readonly secret?: boolean;
};

/** What the server answered: the result code of RFC 4511 appendix A, and its diagnostic message. */
export type Refusal = { readonly resultCode: number; readonly text: string };

const byResultCode: Readonly<Record<number, DirectoryErrorCode>> = {
  3: 'TIME_LIMIT',
  4: 'TOO_LARGE',
  7: 'ENCRYPTION_REQUIRED',
  8: 'ENCRYPTION_REQUIRED',
  10: 'OTHER_DOMAIN',
  11: 'TOO_LARGE',
  13: 'ENCRYPTION_REQUIRED',
  16: 'SCHEMA',
  17: 'SCHEMA',
  18: 'CONSTRAINT',
  19: 'CONSTRAINT',
  20: 'VALUE_CONFLICT',
  21: 'CONSTRAINT',
  32: 'NOT_FOUND',
  34: 'CONSTRAINT',
  48: 'CREDENTIALS_REJECTED',
  49: 'CREDENTIALS_REJECTED',
  50: 'ACCESS_DENIED',
  51: 'BUSY',
  52: 'UNAVAILABLE',
  64: 'SCHEMA',
  65: 'SCHEMA',
  68: 'ENTRY_EXISTS',
  70: 'TOO_LARGE',
};

/** Win32 codes that say more than the LDAP result code they come with (MS-ERREF §2.2). */
const byAdCode: Readonly<Record<string, DirectoryErrorCode>> = {
  // ERROR_USER_EXISTS, ERROR_GROUP_EXISTS and ERROR_ALIAS_EXISTS: AD, for a sAMAccountName that is taken.
  '00000524': 'NAME_IN_USE',
  '00000526': 'NAME_IN_USE',
  '00000563': 'NAME_IN_USE',
  // ERROR_DS_UPN_VALUE_NOT_UNIQUE_IN_FOREST, with result code 19.
  '000021C8': 'NAME_IN_USE',
  // ERROR_PASSWORD_RESTRICTION
  '0000052D': 'PASSWORD_POLICY',
  // ERROR_DS_NO_PARENT_OBJECT, with result code 80: a rename into a parent that is not there (MS-ADTS §3.1.1.5.4.1.2).
  '00002089': 'PARENT_NOT_FOUND',
  // Samba, for the same.
  '00002095': 'PARENT_NOT_FOUND',
};

/** The error for an answer other than success. */
export function fromResult(doing: Doing, { resultCode, text }: Refusal): DirectoryError {
  const said = text.replaceAll('\0', '').trim();
  const adCode = /^([0-9A-Fa-f]{8})(?=:)/.exec(said)?.[1]?.toUpperCase();
  const words = doing.secret === true ? '' : said.replace(/\.$/, '');
  const logon = resultCode === 49 ? explainLogonFailure(said) : undefined;
  const happened = [
    `AD refused to ${doing.verb} ${doing.object} with result ${resultCode}${words === '' ? '' : `: ${words}`}.`,
    ...(logon === undefined ? [] : [logon]),
  ].join(' ');
  return directoryError(codeOf(doing, resultCode, adCode, said), happened, {
    resultCode,
    adCode,
    said: words === '' ? undefined : words,
  });
}

function codeOf(
  doing: Doing,
  resultCode: number,
  adCode: string | undefined,
  said: string,
): DirectoryErrorCode {
  if (resultCode === 1) return isUnbound(adCode, said) ? 'CONNECTION_LOST' : 'BUSY';
  const specific = adCode === undefined ? undefined : byAdCode[adCode];
  if (specific !== undefined) return specific;
  if (resultCode === 19 && isInUse(said)) return 'NAME_IN_USE';
  if (resultCode === 32 && doing.verb === 'add') return 'PARENT_NOT_FOUND';
  return byResultCode[resultCode] ?? 'UNWILLING';
}

/** Samba, for a user principal name that is taken, by itself or by a sAMAccountName that implies it. */
const isInUse = (said: string): boolean => /samldb: .* is already in use/i.test(said);

/** A connection that is no longer bound: AD says ERROR_DS_NOT_AUTHENTICATED, Samba says it in words. */
const isUnbound = (adCode: string | undefined, said: string): boolean =>
  adCode === '000004DC' || /without authentication/i.test(said);
