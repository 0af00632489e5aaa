export type { Verification } from './issuer.ts';
export type { Claims } from './jwt.ts';
export type { Identity, IdentityOptions } from './server.ts';
export { startIdentity } from './server.ts';
