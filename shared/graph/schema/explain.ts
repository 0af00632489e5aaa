import type { z } from 'zod';

/** What is wrong with an answer, in one sentence that names each field. */
export const explain = (error: z.ZodError): string =>
  error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join('.') || 'the answer'}: ${issue.message}`)
    .join('; ');
