import type { CookieData } from '../core/protocol.ts';

const SAME_SITE = { lax: 'Lax', strict: 'Strict', explicitNone: 'None' } as const;

/** A `Set-Cookie` value (RFC 6265 §4.1), the value percent-encoded as the real host does. */
export function formatCookie(cookie: CookieData): string {
  const { name, value, domain, path, expires, maxAge, secure, httpOnly, sameSite } = cookie;
  const parts = [`${name}=${encodeURIComponent(value)}`];
  if (domain !== undefined) parts.push(`Domain=${domain.value}`);
  if (path !== undefined) parts.push(`Path=${path.value}`);
  if (expires !== undefined) parts.push(`Expires=${new Date(expires.value.seconds * 1000).toUTCString()}`);
  if (maxAge !== undefined) parts.push(`Max-Age=${maxAge.value}`);
  if (secure?.value === true) parts.push('Secure');
  if (httpOnly?.value === true) parts.push('HttpOnly');
  if (sameSite !== undefined && sameSite !== 'none') parts.push(`SameSite=${SAME_SITE[sameSite]}`);
  return parts.join('; ');
}
