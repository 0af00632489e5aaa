import { resolve } from 'node:path';

/** The root of the repository, from which every path in infra/ is named. */
export const repository = resolve(import.meta.dirname, '../..');

/** Where `npm run build` puts what is deployed. */
export const distFolder = resolve(repository, 'dist');
