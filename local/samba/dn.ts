/** A value as it may stand in a DN (RFC 4514, section 2.4). */
export function escapeDnValue(value: string): string {
  return value.replace(/[,+"\\<>;=]/g, '\\$&').replace(/^[ #]| $/g, '\\$&');
}
