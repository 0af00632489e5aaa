import { Command } from 'commander';
import { answer } from '../command.ts';
import { searchPath } from '../search.ts';
import { bySeverity, dim, good, span } from '../terminal.ts';

type Page = {
  readonly value: readonly {
    readonly count: number;
    readonly ageSeconds: number;
    readonly violation: {
      readonly code: string;
      readonly severity: string;
      readonly subject: string;
      readonly message: string;
      readonly remedy: string;
      readonly about?: { readonly kind: string; readonly id: string };
    };
  }[];
  readonly next: string | null;
};

type Options = {
  readonly code?: string;
  readonly severity?: string;
  readonly id?: string;
  readonly limit: string;
  readonly after?: string;
};

export const violations = new Command('violations')
  .description('what the policy forbids or a person must know, as long as it lasts')
  .option('--code <code>', 'only this code')
  .option('--severity <severity>', 'information, warning, error or critical')
  .option('--id <id>', 'only those about this object')
  .option('--limit <number>', 'at most so many', '50')
  .option('--after <cursor>', 'go on where the page before ended')
  .action((options: Options, command: Command) =>
    answer(command, 'GET', searchPath('/violations', options), undefined, (found) => render(found as Page)),
  );

function render({ value, next }: Page): string {
  if (value.length === 0) return good('None is open.');
  const lines = value.flatMap(({ violation, count, ageSeconds }) => {
    const { code, severity, subject, message, remedy, about } = violation;
    const seen = count > 1 ? `, seen ${count} times` : '';
    return [
      `${bySeverity(severity, code)}  ${subject}  ${dim(`${about ? `${about.kind} ${about.id}, ` : ''}for ${span(ageSeconds)}${seen}`)}`,
      `    ${message}`,
      dim(`    ${remedy}`),
    ];
  });
  return [...lines, ...(next === null ? [] : ['', dim(`There is more: --after '${next}'`)])].join('\n');
}
