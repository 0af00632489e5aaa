import { randomBytes } from 'node:crypto';
import type { WireValue } from '../../../shared/domain/index.ts';
import { randomPassword } from '../../plan/planned.ts';
import { directoryError } from '../errors/directory-error.ts';

/** Attributes that hold a password: nothing that a server says of them may reach an error or a log. */
export const isSecret = (name: string): boolean => /^(unicodePwd|userPassword)$/i.test(name);

/**
 * The values to send for an attribute: those of the plan, but for a password. There the plan says only that there should be
 * one, and it is made here, long and random, and known to nobody afterwards.
 *
 * @throws DirectoryError where the plan holds a password itself
 */
export function valuesToSend(name: string, values: readonly WireValue[]): readonly WireValue[] {
  if (!isSecret(name)) return values;
  if (values.length !== 1 || values[0] !== randomPassword) {
    throw directoryError('UNWILLING', `A plan may not hold a value of ${name}.`);
  }
  // AD wants it in quotes, UTF-16 (MS-ADTS §3.1.1.3.1.5).
  const password = newPassword();
  return [{ base64: Buffer.from(`"${password}"`, 'utf16le').toString('base64') }];
}

/**
 * Meets any password policy of a domain: 128 characters, as many as one can demand, of all four kinds; and with a comma
 * after every second one it can hold neither a sAMAccountName, which has no comma, nor three letters in a row of a display
 * name, both of which complexity forbids.
 */
function newPassword(): string {
  const characters = `aA1!${randomBytes(63).toString('base64url')}`.slice(0, 86);
  return (characters.match(/../g) ?? []).join(',');
}
