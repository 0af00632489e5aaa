import { invalidRequest } from '../http/graph-error.ts';
import type { Json } from '../tenant/objects.ts';

export type Token =
  | { readonly kind: 'word'; readonly text: string }
  | { readonly kind: 'literal'; readonly value: Json }
  | { readonly kind: 'mark'; readonly text: string };

const patterns =
  /\s*(?:(?<text>'(?:[^']|'')*')|(?<date>\d{4}-\d\d-\d\dT[\d:.]+Z)|(?<number>-?\d+(?:\.\d+)?)(?![\w-])|(?<word>[A-Za-z_@$][\w.@$]*(?:\/[\w.@$]+)*)|(?<mark>[(),:]))/y;

const constants: Readonly<Record<string, Json>> = { true: true, false: false, null: null };

/** Cuts a `$filter` expression into tokens. */
export const tokenize = (filter: string): readonly Token[] => {
  const tokens: Token[] = [];
  const pattern = new RegExp(patterns);
  const text = filter.trim();
  while (pattern.lastIndex < text.length) {
    const at = pattern.lastIndex;
    const groups = pattern.exec(text)?.groups;
    if (!groups)
      throw invalidRequest(
        `Invalid filter clause: Syntax error at position ${at} in '${filter}'.`,
        'BadRequest',
      );
    if (groups.text !== undefined)
      tokens.push({ kind: 'literal', value: groups.text.slice(1, -1).replaceAll("''", "'") });
    else if (groups.date !== undefined) tokens.push({ kind: 'literal', value: groups.date });
    else if (groups.number !== undefined) tokens.push({ kind: 'literal', value: Number(groups.number) });
    else if (groups.mark !== undefined) tokens.push({ kind: 'mark', text: groups.mark });
    else if (groups.word !== undefined) {
      const constant = constants[groups.word];
      tokens.push(
        constant === undefined ? { kind: 'word', text: groups.word } : { kind: 'literal', value: constant },
      );
    }
  }
  return tokens;
};
