import type { z } from 'zod';
import { suggest } from '../nearest.ts';

/** One complaint about one place of the file. `atKey` points at a key rather than at its value. */
export type Complaint = {
  readonly path: readonly PropertyKey[];
  readonly atKey: boolean;
  readonly message: string;
  readonly remedy: string;
};

type Issue = z.core.$ZodIssue;

/** What people must be told of the issues that zod found. `knownKeys` gives the keys an object may have. */
export const complaintsOf = (
  issues: readonly Issue[],
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): readonly Complaint[] => issues.flatMap((issue) => complain(issue, [], knownKeys));

function complain(
  issue: Issue,
  base: readonly PropertyKey[],
  knownKeys: (path: readonly PropertyKey[]) => readonly string[],
): readonly Complaint[] {
  const path = [...base, ...issue.path];
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...path, key],
      atKey: true,
      message: `${key} is not known here.`,
      remedy: suggest(key, knownKeys(path)),
    }));
  }
  if (issue.code === 'invalid_union') {
    const meant = mostLikely(issue.errors);
    if (meant.length > 0 && issue.message === 'Invalid input') {
      return meant.flatMap((inner) => complain(inner, path, knownKeys));
    }
  }
  if (issue.code === 'invalid_type' || issue.code === 'invalid_value') {
    const message =
      issue.input === undefined && issue.message.includes('undefined')
        ? 'is missing.'
        : sentence(issue.message);
    return [{ path, atKey: false, message, remedy: allowed(issue) }];
  }
  return [
    { path, atKey: issue.code === 'invalid_key', message: sentence(issue.message), remedy: allowed(issue) },
  ];
}

/**
 * Of the branches of a union, the one that the author most likely meant: the one whose own keys are
 * there. What is wrong deeper inside says nothing against a branch.
 */
function mostLikely(branches: readonly (readonly Issue[])[]): readonly Issue[] {
  const cost = (issues: readonly Issue[]): number =>
    issues.reduce((sum, issue) => sum + strangeness(issue), 0);
  return branches.toSorted((one, other) => cost(one) - cost(other))[0] ?? [];
}

function strangeness(issue: Issue): number {
  if (issue.code === 'unrecognized_keys') return issue.path.length === 0 ? 10 * issue.keys.length : 0;
  if (issue.path.length === 0) return issue.code === 'invalid_type' ? 1000 : 1;
  if (issue.path.length > 1) return 0;
  return isMissing(issue) ? 10 : 1;
}

/** A key that is not there; of a discriminated union, the key that discriminates. */
function isMissing(issue: Issue): boolean {
  if (issue.code !== 'invalid_union' || !('discriminator' in issue)) return issue.input === undefined;
  const key = String(issue.discriminator);
  return typeof issue.input === 'object' && issue.input !== null && !(key in issue.input);
}

function allowed(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_value':
      return `Write one of: ${issue.values.map(String).join(', ')}.`;
    case 'invalid_type':
      return `Write ${issue.expected === 'array' ? 'a list' : `a value of type ${issue.expected}`}.`;
    case 'too_big':
      return `Write at most ${issue.maximum}.`;
    case 'too_small':
      return `Write at least ${issue.minimum}.`;
    default:
      return '';
  }
}

const sentence = (message: string): string => (/[.!?]$/.test(message) ? message : `${message}.`);
