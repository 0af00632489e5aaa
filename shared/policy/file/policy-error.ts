/** One thing wrong with a policy file, for people and for programs. */
export type PolicyError = {
  /** Counted from 1. */
  readonly line: number;
  readonly column: number;
  /** Where it stands in the file, such as `groups[1].when.all[0].operator`. Empty for the file itself. */
  readonly path: string;
  /** The value that is wrong, shortened; undefined where something is missing. */
  readonly value: string | undefined;
  readonly message: string;
  readonly remedy: string;
};

/** The errors of a file, one per line, as compilers print them. */
export const formatPolicyErrors = (errors: readonly PolicyError[], file = 'policy.yaml'): string =>
  errors
    .map(({ line, column, path, message, remedy }) =>
      [`${file}:${line}:${column}`, path, `${message} ${remedy}`.trim()]
        .filter((part) => part !== '')
        .join(': '),
    )
    .join('\n');

/** `groups[1].when` from its steps. */
export const pathText = (path: readonly PropertyKey[]): string =>
  path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? String(step) : `${text}.${String(step)}`;
  }, '');
