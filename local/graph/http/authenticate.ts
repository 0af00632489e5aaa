import { createHash, timingSafeEqual } from 'node:crypto';
import type { Caller } from './exchange.ts';
import { unauthorized } from './graph-error.ts';

/** Judges a bearer token: who it names, or undefined when it is unknown, damaged or expired. */
export type VerifyToken = (token: string) => Caller | undefined | Promise<Caller | undefined>;

/** The app id under which the static admin token acts. */
export const adminAppId = '00000000-0000-0000-0000-0000000000ad';

const isSameSecret = (one: string, other: string): boolean =>
  timingSafeEqual(createHash('sha256').update(one).digest(), createHash('sha256').update(other).digest());

/** Makes the check of the `Authorization` header; it throws Graph's 401. */
export const createAuthenticate =
  (verifyToken: VerifyToken, adminToken: string) =>
  async (authorization: string | undefined): Promise<Caller> => {
    const token = authorization?.match(/^Bearer\s+(\S+)$/i)?.[1];
    if (token === undefined) throw unauthorized('Access token is empty.');
    if (isSameSecret(token, adminToken)) return { appId: adminAppId, isAdmin: true, isDelegated: true };
    const caller = await verifyToken(token);
    if (!caller) throw unauthorized('Lifetime validation failed, the token is expired.');
    return { ...caller, isAdmin: false };
  };
