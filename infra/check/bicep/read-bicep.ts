import { createRequire } from 'node:module';
import { posix } from 'node:path';
import { Language, type Node, Parser } from 'web-tree-sitter';
import type { BicepFile, Decorated, Module, Resource } from './bicep-file.ts';
import { lineOf, partsOf, readValue, textOfString, type Value } from './value.ts';

export type ReadBicep = (path: string, text: string) => BicepFile;

/** Loads the Bicep grammar (tree-sitter-bicep, as WebAssembly) once and gives the reader. */
export async function bicepReader(): Promise<ReadBicep> {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve('tree-sitter-bicep/tree-sitter-bicep.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (path, text) => {
    const root = parser.parse(text)?.rootNode;
    if (!root) throw new Error(`${path} could not be parsed.`);
    return read(path, text, root);
  };
}

function read(path: string, text: string, root: Node): BicepFile {
  const nodes = everyNode(root);
  const of = (type: string): readonly Node[] => nodes.filter((node) => node.type === type);
  return {
    path,
    text,
    syntaxErrors: nodes
      .filter((node) => node.isError || node.isMissing)
      .map((node) => ({ line: lineOf(node), text: node.text.split('\n')[0] ?? '' })),
    parameters: of('parameter_declaration').map((node) => ({
      ...decorated(node),
      type: partsOf(node).find(({ type }) => type === 'type')?.text ?? '',
      hasDefault: partsOf(node).length > 2,
    })),
    variables: of('variable_declaration').map((node) => ({
      name: symbolOf(node),
      line: lineOf(node),
      value: readValue(lastPart(node)),
      expression: lastPart(node).text,
    })),
    resources: of('resource_declaration').map(resourceOf),
    modules: of('module_declaration').map((node) => moduleOf(path, node)),
    outputs: of('output_declaration').map((node) => ({
      ...decorated(node),
      expression: lastPart(node).text,
    })),
    names: of('identifier').flatMap(nameRead),
  };
}

function everyNode(node: Node): readonly Node[] {
  return [node, ...node.children.flatMap((child) => (child ? everyNode(child) : []))];
}

const symbolOf = (node: Node): string => partsOf(node).find(({ type }) => type === 'identifier')?.text ?? '';

const lastPart = (node: Node): Node => partsOf(node).at(-1) ?? node;

/** Decorators stand before the declaration as a sibling of their own. */
function decorated(node: Node): Decorated {
  const before = node.previousNamedSibling;
  const calls = before?.type === 'decorators' ? before.descendantsOfType('call_expression') : [];
  const call = (name: string): Node | undefined =>
    calls.flatMap((one) => (one?.childForFieldName('function')?.text === name ? [one] : []))[0];
  const described = call('description')?.descendantsOfType('string')[0];
  return {
    name: symbolOf(node),
    line: lineOf(node),
    description: described ? textOfString(described) : undefined,
    secure: call('secure') !== undefined,
  };
}

function bodyOf(node: Node): Value {
  const last = lastPart(node);
  return readValue(last.type === 'if_statement' ? lastPart(last) : last);
}

function resourceOf(node: Node): Resource {
  return {
    symbol: symbolOf(node),
    line: lineOf(node),
    type: fullType(node),
    existing: node.children.some((child) => child?.type === 'existing'),
    body: bodyOf(node),
  };
}

/** A nested resource names only the last part of its type; the version is its parent's. */
function fullType(node: Node): string {
  const written = partsOf(node).find(({ type }) => type === 'string');
  const type = written ? textOfString(written) : '';
  const parent = enclosingResource(node);
  if (!parent) return type;
  const [parentType = '', parentVersion = ''] = fullType(parent).split('@');
  const [own = '', version = parentVersion] = type.split('@');
  return `${parentType}/${own}@${version}`;
}

function enclosingResource(node: Node): Node | undefined {
  for (let at = node.parent; at; at = at.parent) if (at.type === 'resource_declaration') return at;
  return undefined;
}

function moduleOf(path: string, node: Node): Module {
  const written = partsOf(node).find(({ type }) => type === 'string');
  const target = posix.join(posix.dirname(path), written ? textOfString(written) : '');
  return { symbol: symbolOf(node), line: lineOf(node), target, body: bodyOf(node) };
}

const declarations = /_declaration$|^object_property$|^decorators?$|^for_loop_parameters$|^type/;

/** An identifier that is read, not one that declares or names something. */
function nameRead(node: Node): BicepFile['names'] {
  const { parent } = node;
  const first = parent && partsOf(parent)[0];
  if (!parent || (declarations.test(parent.type) && first?.equals(node))) return [];
  if (inDecorator(node) || inType(node) || declaredByLoop(node)) return [];
  const called = parent.type === 'call_expression' && parent.childForFieldName('function')?.equals(node);
  return [{ name: node.text, line: lineOf(node), called: called === true }];
}

const inside = (node: Node, type: RegExp): boolean => {
  for (let at: Node | null = node.parent; at; at = at.parent) if (type.test(at.type)) return true;
  return false;
};

const inDecorator = (node: Node): boolean => inside(node, /^decorator$/);
const inType = (node: Node): boolean => inside(node, /^type$|_type$/);

function declaredByLoop(node: Node): boolean {
  for (let at: Node | null = node; at; at = at.parent) {
    if (at.type !== 'for_statement') continue;
    const initializer = at.childForFieldName('initializer');
    const parameters = partsOf(at).find(({ type }) => type === 'for_loop_parameters');
    const declared = [initializer?.text, ...(parameters ? partsOf(parameters) : []).map(({ text }) => text)];
    if (declared.includes(node.text)) return true;
  }
  return false;
}
