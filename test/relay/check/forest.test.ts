import { afterEach, describe, expect, test } from 'vitest';
import { levelLine, recycleBinLine } from '../../../relay/check/forest.ts';
import { type CheckWorld, startCheckWorld, troubles } from './world.ts';

describe('the schema', () => {
  let world: CheckWorld;
  afterEach(() => world.forest.stop());

  test('of 2008 R2 is an error for devices, and enough for groups once they are prepared', async () => {
    world = await startCheckWorld('2008_R2');
    await world.forest.prepare({ kind: 'group', restoreDeleted: true });
    const groups = { settings: { classes: ['group'], containers: ['OU=EntraWriteback'] } };
    expect(troubles(await world.check(groups))).toEqual([]);
    expect(await world.lines('schema', groups)).toMatchObject([
      { status: 'ok', detail: expect.stringContaining('has no msDS-ExternalDirectoryObjectId') },
    ]);
    const devices = { settings: { classes: ['device'], containers: ['CN=RegisteredDevices'] } };
    expect(troubles(await world.check(devices))).toMatchObject([
      {
        id: 'schema',
        status: 'error',
        detail:
          'The schema is that of Windows Server 2008 R2 (objectVersion 47); devices need that of 2012 R2 (69).',
        remedy: expect.stringContaining('adprep /forestprep'),
      },
    ]);
  });

  test('of 2012 R2 is enough for everything', async () => {
    world = await startCheckWorld('2012_R2');
    for (const kind of ['group', 'user', 'device'] as const) {
      await world.forest.prepare({ kind, restoreDeleted: true });
    }
    expect(troubles(await world.check())).toEqual([]);
    expect(await world.lines('schema')).toMatchObject([
      { detail: expect.stringContaining('no msDS-ExternalDirectoryObjectId and no msDS-IsCompliant') },
    ]);
    expect(await world.lines('exchange')).toMatchObject([
      { detail: expect.stringContaining('not extended') },
    ]);
  });

  test('with Exchange says so, and the rights include mail', async () => {
    world = await startCheckWorld('exchange');
    const groups = { settings: { classes: ['group'], containers: ['OU=EntraWriteback'] } };
    await world.forest.prepare({ kind: 'group', mail: false, restoreDeleted: true });
    expect(troubles(await world.check(groups))).toMatchObject([
      { id: 'rights', detail: expect.stringMatching(/may not write .*mailNickname.*proxyAddresses/) },
    ]);
    await world.forest.prepare({ kind: 'group', restoreDeleted: true });
    expect(troubles(await world.check(groups))).toEqual([]);
    expect(await world.lines('exchange', groups)).toMatchObject([
      { detail: expect.stringContaining('mail attributes are written') },
    ]);
  });
});

describe('functional levels', () => {
  test.each([
    [7, 7, 'ok', '2016 (7)'],
    [10, 10, 'ok', '2025 (10)'],
    [4, 3, 'warning', 'no Recycle Bin'],
    [2, 1, 'error', 'overwrite each other'],
  ])('domain %i and forest %i is %s', (domain, forest, status, words) => {
    expect(levelLine(domain, forest)).toMatchObject({ status, detail: expect.stringContaining(words) });
  });
});

describe('the Recycle Bin', () => {
  test.each([
    [true, 'microsoft', 'ok'],
    [false, 'microsoft', 'warning'],
    [false, 'samba', 'ok'],
  ] as const)('on: %s, server: %s is %s', (recycleBin, vendor, status) => {
    expect(recycleBinLine({ recycleBin, vendor, dnsDomain: 'corp.example' })).toMatchObject({ status });
  });

  test('that is off comes with the command that turns it on', () => {
    const { remedy } = recycleBinLine({ recycleBin: false, vendor: 'microsoft', dnsDomain: 'corp.example' });
    expect(remedy).toMatch(/^Enable-ADOptionalFeature .* -Target corp\.example/);
  });
});
