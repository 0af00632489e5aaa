import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

/** What in a text is not PowerShell. */
export type PowerShellMistake = { readonly line: number; readonly text: string };

/** Loads the PowerShell grammar (tree-sitter-powershell, as WebAssembly) once and gives the check. */
export async function powerShellCheck(): Promise<(text: string) => readonly PowerShellMistake[]> {
  await Parser.init();
  const grammar = createRequire(import.meta.url).resolve(
    'tree-sitter-powershell/tree-sitter-powershell.wasm',
  );
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (text) => {
    const root = parser.parse(text)?.rootNode;
    if (!root) throw new Error('The text could not be parsed.');
    return mistakesIn(root);
  };
}

function mistakesIn(node: Node): readonly PowerShellMistake[] {
  const inside = node.children.flatMap((child) => (child ? mistakesIn(child) : []));
  if (!node.isError && !node.isMissing) return inside;
  return [{ line: node.startPosition.row + 1, text: node.text.split('\n')[0] ?? '' }, ...inside];
}
