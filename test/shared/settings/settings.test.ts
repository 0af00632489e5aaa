import { describe, expect, it } from 'vitest';
import { readSettings } from '../../../shared/settings/settings.ts';

const bus = { ServiceBus: 'Endpoint=sb://127.0.0.1;SharedAccessKeyName=a;SharedAccessKey=b' };
const tenant = { ENTRA_TENANT_ID: '9a3d526c-b3c1-4479-ba74-197b5c5751ae' };
const audience = { ENTRA_AUDIENCE: 'api://entra-writeback' };
const entra = { OPERATIONS_ACCESS: 'entra' };

const wrong = (settings: Record<string, string>): readonly string[] => {
  const read = readSettings({ ...bus, ...settings });
  return read.ok ? [] : read.errors.map(({ setting }) => setting);
};

describe('the settings of access by token', () => {
  it('are tenant and audience together, with the wish for tokens', () => {
    expect(wrong({ ...entra, ...tenant, ...audience })).toEqual([]);
    expect(wrong({ ...entra, ...tenant })).toEqual(['ENTRA_AUDIENCE']);
    expect(wrong({ ...entra, ...audience })).toEqual(['ENTRA_TENANT_ID']);
    expect(wrong({ ...tenant, ...audience })).toEqual(['ENTRA_AUDIENCE']);
  });

  it('take the tenant by its id, and keys from HTTPS alone', () => {
    expect(wrong({ ...entra, ...audience, ENTRA_TENANT_ID: 'contoso.com' })).toEqual(['ENTRA_TENANT_ID']);
    expect(wrong({ ...entra, ...tenant, ...audience, ENTRA_AUTHORITY: 'http://127.0.0.1' })).toEqual([
      'ENTRA_AUTHORITY',
    ]);
  });
});
