import { describe, expect, it } from 'vitest';
import { cloudSid, createIds, guidOf, immutableIdOf, isGuid } from '../../../local/graph/tenant/ids.ts';

describe('ids', () => {
  it('writes the cloud SID as four little-endian numbers of the id', () => {
    expect(cloudSid('2e5807ce-58f3-4a94-9b37-ffff2e085957')).toBe(
      'S-1-12-1-777521102-1251236083-4294915995-1465452590',
    );
  });

  it('derives the immutable id from the bytes of the GUID in .NET order', () => {
    expect(immutableIdOf('00112233-4455-6677-8899-aabbccddeeff')).toBe(
      Buffer.from('33221100554477668899aabbccddeeff', 'hex').toString('base64'),
    );
  });

  it('gives the same ids for the same seed and others for another', () => {
    const [one, same, other] = [createIds(1, 't'), createIds(1, 't'), createIds(2, 't')];
    const take = (next: () => string) => Array.from({ length: 5 }, next);
    const ids = take(one);
    expect(take(same)).toEqual(ids);
    expect(take(other)).not.toEqual(ids);
    expect(ids.every(isGuid)).toBe(true);
    expect(guidOf('x')).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
