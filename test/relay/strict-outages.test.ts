import { afterAll, beforeAll, describe, vi } from 'vitest';

/** The suites of processes, outages and locks once more through the proxy, as in strict.test.ts. */
beforeAll(() => void vi.stubEnv('RELAY_TEST_THROUGH', 'proxy'));
afterAll(() => void vi.unstubAllEnvs());

describe.each(['main', 'faults', 'long-plan'])(
  'through a proxy as strict as Windows AD: %s',
  async (suite) => {
    await import(`./${suite}.test.ts`);
  },
);
