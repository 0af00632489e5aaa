import { afterAll, beforeAll, describe, vi } from 'vitest';

/**
 * The relay's own suites once more, through a proxy that refuses what Windows AD refuses and Samba
 * takes (local/ldap-proxy).
 */
beforeAll(() => void vi.stubEnv('RELAY_TEST_THROUGH', 'proxy'));
afterAll(() => void vi.unstubAllEnvs());

describe.each(['groups', 'kinds', 'restraint', 'claims', 'forbidden'])(
  'through a proxy as strict as Windows AD: %s',
  async (suite) => {
    await import(`./${suite}.test.ts`);
  },
);
