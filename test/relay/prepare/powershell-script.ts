import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** What a script does, read from its syntax tree and not from the text that the renderer made. */
export type ScriptStep =
  | {
      readonly does: 'create';
      readonly name: string;
      readonly path: string;
      readonly dn: string;
      readonly objectClass: string;
      readonly attributes: Readonly<Record<string, string>>;
    }
  /** `sddl` holds the entries that System.DirectoryServices would make of the rules. */
  | { readonly does: 'grant'; readonly dn: string; readonly sddl: readonly string[] }
  | { readonly does: 'dsacls'; readonly dn: string; readonly words: readonly string[] };

/** Reads the calls that a script makes, in their order. Throws where the text is not PowerShell. */
export async function scriptReader(): Promise<(text: string) => readonly ScriptStep[]> {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve(
    'tree-sitter-powershell/tree-sitter-powershell.wasm',
  );
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (text) => {
    const root = parser.parse(text)?.rootNode;
    if (!root || root.hasError) throw new Error('This is not PowerShell.');
    return commandsIn(root).flatMap((command) => stepOf(command) ?? []);
  };
}

/** Calls at the top of the script; what stands in functions and in arguments is not called by itself. */
function commandsIn(node: Node): readonly Node[] {
  if (node.type === 'function_statement') return [];
  if (node.type === 'command') return [node];
  return childrenOf(node).flatMap(commandsIn);
}

const childrenOf = (node: Node): readonly Node[] => node.children.flatMap((child) => child ?? []);
const nameOf = (command: Node): string => command.childForFieldName('command_name')?.text ?? '';

/** Arguments, each as its node. */
const argumentsOf = (command: Node): readonly Node[] =>
  childrenOf(command)
    .filter(({ type }) => type === 'command_elements')
    .flatMap(childrenOf)
    .filter(({ type }) => type !== 'command_argument_sep');

function stepOf(command: Node): ScriptStep | undefined {
  const parts = argumentsOf(command);
  const [first = ''] = parts.slice(0, 1).flatMap(literalsIn);
  switch (nameOf(command)) {
    case 'New-ObjectIfAbsent': {
      const [name = '', path = '', objectClass = '', , dn = ''] = parts.map(
        (part) => literalsIn(part)[0] ?? '',
      );
      const entries = parts.flatMap((part) => nodesOf(part, 'hash_entry')).map(literalsIn);
      const attributes = Object.fromEntries(entries.map(([key = '', value = '']) => [key, value]));
      return { does: 'create', name, path, dn, objectClass, attributes };
    }
    case 'Add-Permission': {
      const rules = nodesOf(command, 'command').filter((node) => nameOf(node) === 'Rule');
      return { does: 'grant', dn: first, sddl: rules.map((rule) => sddlOf(literalsIn(rule))) };
    }
    case 'dsacls':
      return { does: 'dsacls', dn: first, words: parts.slice(1).map(({ text }) => text) };
    default:
      return undefined;
  }
}

const nodesOf = (node: Node, type: string): readonly Node[] => [
  ...(node.type === type ? [node] : []),
  ...childrenOf(node).flatMap((child) => nodesOf(child, type)),
];

/** Values in the order of the text: strings without their quotes, numbers, and truth values as LDAP has them. */
function literalsIn(node: Node): readonly string[] {
  switch (node.type) {
    case 'verbatim_string_characters':
      return [node.text.slice(1, -1).replace(/(['\u2018\u2019\u201a\u201b])\1/g, '$1')];
    case 'decimal_integer_literal':
      return [node.text];
    case 'variable':
      return [node.text.slice(1).toUpperCase()];
    default:
      return childrenOf(node).flatMap(literalsIn);
  }
}

const nothing = '00000000-0000-0000-0000-000000000000';

/** ActiveDirectorySecurityInheritance as AceFlags in SDDL (MS-DTYP §2.5.1.1). */
const reaches: Readonly<Record<string, string>> = { None: '', All: 'CI', Descendents: 'CIIO' };
/** ActiveDirectoryRights in SDDL, in the order of their bits. */
const letters: Readonly<Record<string, string>> = {
  CreateChild: 'CC',
  DeleteChild: 'DC',
  ListChildren: 'LC',
  ReadProperty: 'RP',
  WriteProperty: 'WP',
  ExtendedRight: 'CR',
  ReadControl: 'RC',
};

function sddlOf(literals: readonly string[]): string {
  const [sid = '', rights = '', object = '', reach = '', onlyClass = ''] = literals;
  const known = (table: Readonly<Record<string, string>>, word: string): string => {
    const found = table[word];
    if (found === undefined) throw new Error(`.NET has no ${word} that this reader knows.`);
    return found;
  };
  const mask = rights.split(', ').map((right) => known(letters, right));
  const guids = [object, onlyClass].map((guid) => (guid === nothing ? '' : guid));
  const type = guids.join('') === '' ? 'A' : 'OA';
  return `(${[type, known(reaches, reach), mask.join(''), ...guids, sid].join(';')})`;
}
