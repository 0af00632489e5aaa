import { createHash } from 'node:crypto';
import type { DesiredObject } from '../../domain/index.ts';

/** Desired objects are canonical: equal ones have equal JSON, and so equal hashes. */
export const hashOfDesired = (desired: DesiredObject): string =>
  createHash('sha256').update(JSON.stringify(desired), 'utf8').digest('base64url').slice(0, 22);
