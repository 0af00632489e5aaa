import type { AttributeSpace } from '../attributes/table.ts';
import { suggest } from '../nearest.ts';
import { type TemplateFunction, type TemplateType, templateFunctions } from './functions.ts';
import { type Expression, type Part, TemplateError, type Token, tokenize } from './syntax.ts';

/** Most that a template may be long and its calls may be nested: people write these by hand. */
const maxLength = 1000;
const maxDepth = 20;

/**
 * Parses and type-checks a template: text with expressions in braces, such as
 * `{Left(Trim(displayName),51)}_{Right(id,12)}`; `{{` and `}}` stand for braces. Throws TemplateError.
 */
export function parseTemplate(template: string, space: AttributeSpace): readonly Part[] {
  if (template.length > maxLength)
    throw new TemplateError(`is longer than ${maxLength} characters`, maxLength);
  const parts: Part[] = [];
  let fixed = '';
  for (let at = 0; at < template.length; at += 1) {
    const two = template.slice(at, at + 2);
    if (two === '{{' || two === '}}') {
      fixed += two[0];
      at += 1;
    } else if (template[at] === '}') {
      throw new TemplateError('a } closes nothing; write }} for the character itself', at + 1);
    } else if (template[at] === '{') {
      if (fixed !== '') parts.push({ part: 'text', text: fixed });
      fixed = '';
      const { tokens, end } = tokenize(template, at + 1);
      parts.push({ part: 'expression', expression: parseWhole(tokens, at + 1, space) });
      at = end;
    } else {
      fixed += template[at];
    }
  }
  if (fixed !== '') parts.push({ part: 'text', text: fixed });
  return parts;
}

type Cursor = { readonly tokens: readonly Token[]; next: number; readonly space: AttributeSpace };
type Typed = { readonly type: TemplateType; readonly expression: Expression };

function parseWhole(tokens: readonly Token[], at: number, space: AttributeSpace): Expression {
  const cursor: Cursor = { tokens, next: 0, space };
  const { expression, type } = parseExpression(cursor, at, 0);
  const left = tokens[cursor.next];
  if (left) throw new TemplateError(`${JSON.stringify(left.text)} is not expected here`, left.at);
  if (type === 'list') throw new TemplateError('gives a list, where text is needed; use Item', at);
  return expression;
}

function parseExpression(cursor: Cursor, at: number, depth: number): Typed {
  const token = cursor.tokens[cursor.next];
  if (!token) throw new TemplateError('something is missing', at);
  if (depth > maxDepth) throw new TemplateError(`calls are nested deeper than ${maxDepth}`, token.at);
  cursor.next += 1;
  if (token.kind === 'string') return { type: 'text', expression: { is: 'literal', value: token.text } };
  if (token.kind === 'number') {
    return { type: 'number', expression: { is: 'literal', value: Number(token.text) } };
  }
  if (token.kind === 'symbol')
    throw new TemplateError(`${JSON.stringify(token.text)} is not expected here`, token.at);
  if (cursor.tokens[cursor.next]?.text === '(') return parseCall(cursor, token, depth);
  return parseAttribute(cursor.space, token);
}

function parseAttribute(space: AttributeSpace, token: Token): Typed {
  const type = space.typeOf(token.text);
  if (!type) {
    throw new TemplateError(
      `there is no attribute ${token.text}. ${suggest(token.text, space.names)}`,
      token.at,
    );
  }
  return { type: type === 'list' ? 'list' : 'text', expression: { is: 'attribute', name: token.text } };
}

function parseCall(cursor: Cursor, name: Token, depth: number): Typed {
  const known = Object.hasOwn(templateFunctions, name.text) ? templateFunctions[name.text] : undefined;
  if (!known) {
    const names = Object.keys(templateFunctions);
    throw new TemplateError(`there is no function ${name.text}. ${suggest(name.text, names)}`, name.at);
  }
  cursor.next += 1;
  const args: Typed[] = [];
  while (cursor.tokens[cursor.next]?.text !== ')' || cursor.tokens[cursor.next]?.kind !== 'symbol') {
    if (args.length > 0) expectComma(cursor, name);
    args.push(parseExpression(cursor, name.at, depth + 1));
  }
  cursor.next += 1;
  checkArguments(name, known, args);
  const expression = { is: 'call', function: known, args: args.map((arg) => arg.expression) } as const;
  return { type: known.result, expression };
}

function expectComma(cursor: Cursor, name: Token): void {
  const token = cursor.tokens[cursor.next];
  if (token?.kind !== 'symbol' || token.text !== ',') {
    throw new TemplateError(`${name.text} needs a comma or ) here`, token?.at ?? name.at);
  }
  cursor.next += 1;
}

function checkArguments(name: Token, known: TemplateFunction, args: readonly Typed[]): void {
  const least = known.parameters.length;
  const most = known.rest ? Number.POSITIVE_INFINITY : least;
  if (args.length < least || args.length > most) {
    const wanted = known.rest ? `at least ${least}` : `${least}`;
    throw new TemplateError(`${name.text} takes ${wanted} arguments, not ${args.length}`, name.at);
  }
  for (const [index, arg] of args.entries()) {
    const wanted = known.parameters[index] ?? known.rest;
    if (arg.type !== wanted) {
      throw new TemplateError(
        `argument ${index + 1} of ${name.text} must be ${wanted}, not ${arg.type}`,
        name.at,
      );
    }
  }
}
