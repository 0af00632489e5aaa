import type { Account } from './account.ts';
import { PrepareError } from './prepare-error.ts';

/** The last part of SIDs that AD makes itself; 1000 and above are made by people (MS-SAMR §3.1.1.9.2.1). */
const firstOrdinaryRid = 1000;

/** Made by people, and not by AD or Windows for everybody or for those who rule it. */
export const isOrdinary = (sid: string): boolean =>
  sid.startsWith('S-1-5-21-') && Number(sid.slice(sid.lastIndexOf('-') + 1)) >= firstOrdinaryRid;

/**
 * Whether rights can be meant for this account: not for one that comes with every domain, such as Domain Users or
 * Administrator, and not for a group that no token holds.
 *
 * @throws PrepareError
 */
export function refuseUnsuitable({ sid, name, group }: Account): void {
  if (!isOrdinary(sid)) {
    throw new PrepareError(
      'ACCOUNT_UNSUITABLE',
      `${name} (${sid}) comes with every domain: the rights would be everybody's, or those of somebody who has all of them already.`,
      'Make an account for the relay alone and name it.',
    );
  }
  if (group === 'distribution') {
    throw new PrepareError(
      'ACCOUNT_UNSUITABLE',
      `${name} is a distribution group, and AD heeds no rights that are given to one.`,
      'Name the account of the relay, or a security group in which it is.',
    );
  }
}
