import { textOf } from '../connection/entry.ts';
import { DirectoryError, directoryError } from '../errors/directory-error.ts';
import { addressOf, type Target } from '../names/target.ts';
import { findAt } from '../read/find.ts';
import type { Writer } from './writer.ts';

const attribute = 'msDS-ObjectSoa';

/**
 * Tells a refusal by cloud source-of-authority enforcement (Windows Server 2022 and later) from others. AD does not say
 * so in its answer; the object does: its msDS-ObjectSoa is "Cloud".
 */
export async function blameSourceOfAuthority(
  writer: Writer,
  target: Target,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof DirectoryError) || (error.kind !== 'refused' && error.kind !== 'unwilling'))
    return error;
  if (!writer.schema.has(attribute)) return error;
  const entry = await findAt(writer, addressOf(target), [attribute]).catch(() => undefined);
  if (entry === undefined || textOf(entry, attribute)?.toLowerCase() !== 'cloud') return error;
  return directoryError(
    'SOURCE_OF_AUTHORITY',
    `${target.dn} is under source-of-authority enforcement. ${error.message}`,
    {
      resultCode: error.resultCode,
      adCode: error.adCode,
      cause: error,
    },
  );
}
