import type { Operation } from '../../../shared/domain/index.ts';
import type { Applied } from '../directory.ts';
import { addressOf } from '../names/target.ts';
import { nothingToDo, wrote } from './applied.ts';
import { change, modify } from './operations.ts';
import type { Writer } from './writer.ts';

type Modify = Extract<Operation, { op: 'modify' }>;

/** Replaces each attribute; replacing is the same once or twice. */
export async function applyModify({ connection }: Writer, operation: Modify): Promise<Applied> {
  const { dn, replace } = operation;
  const changes = Object.entries(replace).map(([name, values]) => change('replace', name, values));
  if (changes.length === 0) return nothingToDo(dn);
  await modify(connection, { address: addressOf(operation), object: dn, changes });
  return wrote(dn);
}
