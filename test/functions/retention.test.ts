import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { InvocationContext } from '@azure/functions';
import { afterAll, expect, it } from 'vitest';
import { momentOf } from '../../shared/domain/index.ts';
import { createAudit, fileStore } from '../../shared/state/index.ts';

const folder = await mkdtemp(join(tmpdir(), 'retention-'));
const file = join(folder, 'state.jsonl');
afterAll(() => rm(folder, { recursive: true, force: true }));

const daysAgo = (days: number) => momentOf(new Date(Date.now() - days * 86_400_000));

it('The audit is kept as long as AUDIT_RETENTION_DAYS says', async () => {
  const store = await fileStore(file);
  for (const days of [40, 31, 29, 0])
    await createAudit(store).append({ id: `e${days}`, at: daysAgo(days), event: 'test', details: {} });
  await store.close();
  Object.assign(process.env, {
    GRAPH_BASE_URL: 'https://graph.example.com',
    NOTIFICATION_URL: 'https://writeback.example.com',
    NOTIFICATION_CLIENT_STATE: 'a client state of enough length',
    ServiceBus: 'Endpoint=sb://bus.example.com/;SharedAccessKeyName=x;SharedAccessKey=eA==',
    STATE_STORE: `file:${file}`,
    AUDIT_RETENTION_DAYS: '30',
  });
  const { purgeAudit, getApp } = await load();
  const lines: unknown[] = [];
  const context = new InvocationContext({ logHandler: (_level, ...args) => lines.push(...args) });
  await purgeAudit(timer, context);
  const { audit } = await getApp();
  expect(await Array.fromAsync(audit.query(), ({ id }) => id)).toEqual(['e0', 'e29']);
  expect(JSON.stringify(lines)).toContain('audit.purged');
});

const timer = {
  isPastDue: false,
  schedule: { adjustForDST: true },
  scheduleStatus: { last: '', next: '', lastUpdated: '' },
};

/** The functions read their settings when they are first called. */
const load = async () => ({
  ...(await import('../../functions/audit.ts')),
  ...(await import('../../functions/app.ts')),
});
