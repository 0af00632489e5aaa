import { type HttpResponseInit, app as triggers } from '@azure/functions';
import { readStatus } from '../shared/flow/status.ts';
import { getApp } from './app.ts';

/** The state of the whole. */
export async function status(): Promise<HttpResponseInit> {
  return { status: 200, jsonBody: await readStatus(await getApp()) };
}

triggers.http('status', { methods: ['GET'], authLevel: 'function', route: 'status', handler: status });
