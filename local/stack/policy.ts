import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isBelow } from '../../relay/plan/dn.ts';
import { policyNeeds } from '../../relay/prepare/index.ts';
import { formatPolicyErrors, loadPolicy, type Policy } from '../../shared/policy/index.ts';

/** The OU that every demo has, relative to the domain. */
export const demoOu = 'OU=EntraWriteback';

/** A place that a policy writes to, relative to the domain or absolute as the policy has it. */
export type Place = { readonly kind: 'group' | 'user'; readonly dn: string };

/** The policy of the demo: its file, and where it writes outside of the OU of the demo. */
export type PolicyPart = { readonly file: string; readonly places: readonly Place[] };

const defaultPolicyFile = resolve(import.meta.dirname, '../../shared/policy/default-policy.yaml');

/**
 * The policy that was named, or the one in the folder of the stack, where the default policy is written first.
 *
 * @throws Error with every mistake where it cannot be read or does not load
 */
export async function policyPart(folder: string, given: string | undefined): Promise<PolicyPart> {
  const file = given ? resolve(given) : join(folder, 'policy.yaml');
  if (!given) await writeUnlessThere(file, await readFile(defaultPolicyFile, 'utf8'));
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `The policy ${file} cannot be read (${error.code}). Give the path of a file with --policy.`,
    );
  });
  const loaded = loadPolicy(text);
  if (!loaded.ok) throw new Error(formatPolicyErrors(loaded.errors, file));
  return { file, places: placesOf(loaded.policy) };
}

/** What somebody has changed in the folder stays. */
const writeUnlessThere = (file: string, text: string): Promise<void> =>
  writeFile(file, text, { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });

/**
 * A real installation names its places in `relay.yaml` and prepares them. The demo does both by itself, so that any
 * policy can be tried; devices have a container of AD's own.
 */
const placesOf = (policy: Policy): readonly Place[] =>
  (['group', 'user'] as const).flatMap((kind) =>
    policyNeeds(kind, policy)
      .containers.filter((dn) => !isBelow(`CN=x,${dn}`, demoOu))
      .map((dn): Place => ({ kind, dn })),
  );
