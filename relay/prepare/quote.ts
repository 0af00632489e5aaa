/** In single quotes PowerShell reads everything as it is, but for the quotes themselves; it takes typographic ones for the same. */
export const inSingleQuotes = (text: string): string =>
  `'${text.replace(/['\u2018\u2019\u201a\u201b]/g, '$&$&')}'`;

/** For a command that is typed: in double quotes, which the old command prompt knows too, unless PowerShell would read something in them. */
export const inPowerShell = (text: string): string =>
  /["$`\u201c-\u201e]/.test(text) ? inSingleQuotes(text) : `"${text}"`;
