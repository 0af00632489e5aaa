import { DirectoryError } from '../errors/directory-error.ts';

/**
 * Result codes with which AD or Samba may mean one of the members: no such attribute value 16, constraint 19, value exists
 * 20, syntax 21, no such object 32, DN syntax 34, unwilling 53, object class 65, already exists 68, other 80; and 11, too
 * many at once.
 */
const codes: ReadonlySet<number> = new Set([11, 16, 19, 20, 21, 32, 34, 53, 65, 68, 80]);

/** Could the refusal be about single members, so that the others may be written without them? */
export const mayBeAboutMembers = (error: unknown): error is DirectoryError =>
  error instanceof DirectoryError && codes.has(error.resultCode ?? -1);
