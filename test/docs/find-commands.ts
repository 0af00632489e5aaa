/** What a command needs that a laptop and a test do not have. Readers see the mark: *(Azure)*. */
export const marks = {
  Azure: 'a subscription or a tenant',
  Windows: 'Windows, or AD FS',
  root: 'root on the machine of the relay',
  minutes: 'some minutes, and a machine with nothing else to do',
} as const;
export type Mark = keyof typeof marks;

/** A place in a page where a command stands. */
export type Found = {
  readonly page: string;
  readonly line: number;
  readonly kind: 'block' | 'inline';
  readonly language: 'sh' | 'powershell' | 'http';
  readonly text: string;
  readonly mark: Mark | undefined;
  /** Lines that the page says it prints; `…` stands for anything. */
  readonly prints: readonly string[];
};

const ownPrograms = /^(?:(?:npx )?entra-writeback|npm|npx|node) /;
const otherPrograms =
  /^(?:az|azd|azcmagent|systemctl|systemd-analyze|journalctl|sh|bash|curl|dsacls|podman|openssl|ldapsearch) /;
const mark = new RegExp(`\\*\\((${Object.keys(marks).join('|')})\\)\\*`);

/** A column of a table: one that is headed *command* holds nothing else, and its mark holds for all of them. */
type Column = { readonly holdsCommands: boolean; readonly mark: Mark | undefined };

/** Every command of a page: shell, PowerShell and HTTP blocks, code in sentences, and columns of commands in tables. */
export function findCommands(
  page: string,
  text: string,
): { readonly found: readonly Found[]; readonly unnamed: readonly string[] } {
  const lines = text.split('\n');
  const found: Found[] = [];
  /** Blocks of which nobody can tell whether they are commands. */
  const unnamed: string[] = [];
  let columns: readonly Column[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const opened = /^(?:> )?```(\S*)/.exec(line);
    if (opened) {
      const end = lines.findIndex((one, index) => index > at && one.startsWith('```'));
      const language = opened[1];
      if (language === 'sh' || language === 'powershell' || language === 'http')
        found.push({
          ...{ page, line: at + 1, kind: 'block', language },
          text: lines.slice(at + 1, end).join('\n'),
          mark: markIn(lines.slice(0, at).findLast((one) => one.trim() !== '')),
          prints: printed(lines, end + 1),
        });
      if (language === '' || language === 'bash' || language === 'console') unnamed.push(`${page}:${at + 1}`);
      at = end;
      continue;
    }
    const cells = line.startsWith('|') ? line.split('|').map((cell) => cell.trim()) : [];
    if (/^\|[-| :]+\|$/.test(line)) continue;
    if (cells.length > 0 && /^\|[-| :]+\|$/.test(lines[at + 1] ?? ''))
      columns = cells.map((cell) => ({ holdsCommands: /^command\b/.test(cell), mark: markIn(cell) }));
    for (const { code, after } of codeIn(line)) {
      const column = columns[cells.findIndex((cell) => cell.includes(`\`${code}\``))];
      const named = ownPrograms.test(code) || otherPrograms.test(code);
      if (!named && !column?.holdsCommands) continue;
      found.push({
        ...{ page, line: at + 1, kind: 'inline', language: 'sh', prints: [] },
        text: named ? code : `entra-writeback ${code}`,
        mark: markIn(after) ?? column?.mark,
      });
    }
    if (cells.length === 0) columns = [];
  }
  return { found, unnamed };
}

/** Code in a line, each with the mark that may follow it. */
const codeIn = (line: string): readonly { readonly code: string; readonly after: string }[] =>
  [...line.matchAll(/`([^`]+)`(?=((?: \*\([A-Za-z]+\)\*)?))/g)].map(([, code = '', after = '']) => ({
    code,
    after,
  }));

const markIn = (text: string | undefined): Mark | undefined => {
  const [, name] = mark.exec(text ?? '') ?? [];
  return Object.keys(marks).find((one): one is Mark => one === name);
};

/** The `text` block that follows a block of commands, with at most one short line between: what it prints. */
function printed(lines: readonly string[], from: number): readonly string[] {
  const next = lines.findIndex((line, index) => index >= from && line.trim() !== '');
  if (lines[next] !== '```text') return [];
  const end = lines.indexOf('```', next + 1);
  return lines.slice(next + 1, end).filter((line) => line.trim() !== '');
}
