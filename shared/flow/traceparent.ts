const pattern = /^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

/**
 * The W3C trace context to go on with: the given one where it is well-formed, else a new one made of
 * 24 random bytes (W3C Trace Context §3.2).
 */
export function traceparentOf(
  given: string | null | undefined,
  randomBytes: (size: number) => Uint8Array,
): string {
  if (given && pattern.test(given)) return given;
  const hex = Buffer.from(randomBytes(24)).toString('hex');
  return `00-${hex.slice(0, 32)}-${hex.slice(32)}-01`;
}
