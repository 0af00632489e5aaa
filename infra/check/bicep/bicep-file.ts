import type { Value } from './value.ts';

/** What the checks need to know of one Bicep file. */
export type BicepFile = {
  /** Relative to infra/, with forward slashes. */
  readonly path: string;
  readonly text: string;
  /** What is not Bicep at all. */
  readonly syntaxErrors: readonly { readonly line: number; readonly text: string }[];
  readonly parameters: readonly Parameter[];
  readonly variables: readonly Variable[];
  readonly resources: readonly Resource[];
  readonly modules: readonly Module[];
  readonly outputs: readonly Output[];
  /** Every name that an expression reads, with the names its loops declare left out. */
  readonly names: readonly { readonly name: string; readonly line: number; readonly called: boolean }[];
};

export type Decorated = {
  readonly name: string;
  readonly line: number;
  readonly description: string | undefined;
  readonly secure: boolean;
};

export type Parameter = Decorated & { readonly hasDefault: boolean; readonly type: string };

export type Variable = {
  readonly name: string;
  readonly line: number;
  readonly value: Value;
  readonly expression: string;
};

/** `expression` is the value as it is written. */
export type Output = Decorated & { readonly expression: string };

export type Resource = {
  readonly symbol: string;
  readonly line: number;
  /** With the version, such as Microsoft.Web/sites/config@2024-11-01, of a nested resource too. */
  readonly type: string;
  readonly existing: boolean;
  readonly body: Value;
};

export type Module = {
  readonly symbol: string;
  readonly line: number;
  /** Path as in `BicepFile.path`. */
  readonly target: string;
  readonly body: Value;
};
