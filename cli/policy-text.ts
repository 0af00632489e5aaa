import { readFile } from 'node:fs/promises';

/** The text of a candidate policy. Throws an Error that names the file where it cannot be read. */
export const policyText = (file: string): Promise<string> =>
  readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new Error(
      `The policy ${file} cannot be read (${error.code}). Give the path of a file with --policy.`,
    );
  });
