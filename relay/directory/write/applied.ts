import type { Dn } from '../../../shared/domain/index.ts';
import type { Applied } from '../directory.ts';

/** AD was changed, and no member was refused. */
export const wrote = (dn: Dn): Applied => ({ wrote: true, dn, refused: [], memberCount: 0 });

/** It was so already. */
export const nothingToDo = (dn: Dn): Applied => ({ wrote: false, dn, refused: [], memberCount: 0 });
