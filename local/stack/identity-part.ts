/** The managed-identity endpoint: what App Service puts into IDENTITY_ENDPOINT and IDENTITY_HEADER. */
export type IdentityPart = { readonly endpoint: string; readonly header: string };
