import type { Dn } from '../../../shared/domain/index.ts';
import type { Reader } from '../read/find.ts';

/** What every write needs: a connection, the schema, the domain, and how many members go into one request. */
export type Writer = Reader & {
  readonly baseDn: Dn;
  readonly memberChunk: number;
};
