import type { Reference } from '../../../shared/domain/index.ts';
import { isElsewhere } from '../../plan/member-sids.ts';
import type { Resolved } from '../../plan/observed.ts';
import type { Pool } from '../connection/pool.ts';
import { DirectoryError } from '../errors/directory-error.ts';
import type { Forest } from '../schema/read-forest.ts';
import { resolve, resolveInForest } from './resolve.ts';

/**
 * Finds the AD object of each reference, in the order of the references: those of the domain as its domain controller knows
 * them now, SIDs of other domains as the global catalog does. A catalog that does not answer must not keep the members of
 * the domain out, so what only it could find counts as not found then.
 */
export async function resolveEverywhere(
  references: readonly Reference[],
  forest: Forest,
  pool: Pool,
  catalog: Pool | undefined,
): Promise<readonly Resolved[]> {
  const { schema, facts } = forest;
  const beyond = references.filter((reference) => isElsewhere(reference, facts.domainSid));
  const within = references.filter((reference) => !isElsewhere(reference, facts.domainSid));
  const [here, elsewhere] = await Promise.all([
    within.length === 0 ? [] : pool.read((connection) => resolve({ connection, schema }, forest, within)),
    catalog === undefined || beyond.length === 0
      ? beyond.map(notFound)
      : catalog
          .read((connection) => resolveInForest({ connection, schema }, beyond))
          .catch((error: unknown) => {
            if (error instanceof DirectoryError) return beyond.map(notFound);
            throw error;
          }),
  ]);
  const found = new Map([...here, ...elsewhere].map((one) => [one.reference, one]));
  return references.map((reference) => found.get(reference) ?? notFound(reference));
}

const notFound = (reference: Reference): Resolved => ({ found: false, reference, reason: 'NOT_IN_AD' });
