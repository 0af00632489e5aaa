/**
 * What AD means by the `data` in the text of a refused bind. These are Win32 logon errors (MS-ERREF §2.2); AD writes
 * them in hexadecimal. For a wrong password and for an unknown name it may say 52e alike.
 */
const meanings: Readonly<Record<string, string>> = {
  '525': 'The account does not exist.',
  '52e': 'The name or the password of the account is wrong.',
  '530': 'The account may not log on at this time of day.',
  '531': 'The account may not log on from this computer.',
  '532': 'The password of the account has expired.',
  '533': 'The account is disabled.',
  '568': 'The account is in too many groups for a logon token.',
  '701': 'The account has expired.',
  '773': 'The account must change its password before its first logon; take "must change password" off it.',
  '775': 'The account is locked; it was tried too often with a wrong password.',
};

/** The reason in words, or undefined where the text has no `data` that we know. */
export function explainLogonFailure(text: string): string | undefined {
  const data = /\bdata ([0-9a-f]+)\b/i.exec(text)?.[1]?.toLowerCase();
  return data === undefined ? undefined : meanings[data];
}
