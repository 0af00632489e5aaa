import type { Dn } from '../../shared/domain/index.ts';
import type { Permission } from './permission.ts';

/** Creates an object that is not there. */
export type CreateStep = {
  readonly do: 'create';
  readonly dn: Dn;
  readonly objectClass: string;
  readonly attributes: Readonly<Record<string, string>>;
};

/** Adds entries to the access-control list of an object; nothing is taken from it. */
export type GrantStep = {
  readonly do: 'grant';
  readonly dn: Dn;
  readonly permissions: readonly Permission[];
  /** AD lets administrators change this list only after they have taken ownership. */
  readonly needsOwnership: boolean;
};

export type Step = CreateStep | GrantStep;

/** What is to be done, in this order. No steps: the forest is as wished. */
export type PreparePlan = {
  readonly steps: readonly Step[];
  /** What a person should know besides. */
  readonly notes: readonly string[];
};
