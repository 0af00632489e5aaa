import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readPrincipals } from '../../../local/samba/principals.ts';
import { systemPython, withSystemPath } from '../../../local/samba/system-path.ts';
import { type Forest, startForest } from './forest.ts';
import { device, deviceId, deviceKey, deviceObjectId, userId, type Writer, writerOf } from './written.ts';

const run = promisify(execFile);
let forest: Forest;
let relay: Writer;
beforeAll(async () => {
  forest = await startForest('2016');
  await forest.prepare({ kind: 'device' });
  relay = await writerOf(forest);
});
afterAll(async () => {
  await relay.directory.close();
  await forest.stop();
});

test('a written device is, to the client and the decoders of Samba, what the cloud said', async () => {
  const { dc } = forest;
  const people = await readPrincipals(dc, `OU=People,${dc.baseDn}`);
  const sids = people
    .slice(0, 2)
    .map(({ sid }) => sid)
    .toSorted();
  await relay.write(
    device({
      displayName: 'Zoë’s laptop 山田',
      accountEnabled: false,
      deviceVersion: 3,
      isCompliant: false,
      physicalIds: ['[USER-HWID]:1', '[GID]:g:42'],
      registeredOwners: [{ id: userId, sid: sids[0] }],
      registeredUsers: sids.map((sid) => ({ id: userId, sid })),
    }),
  );
  const program = join(import.meta.dirname, 'decode-device.py');
  const dn = `CN=${deviceId},CN=RegisteredDevices,${dc.baseDn}`;
  const env = { ...withSystemPath(process.env), DECODE_PASSWORD: dc.password };
  const { stdout } = await run(systemPython, [program, dc.url, dc.caFile, dc.bindDn, dn], { env });
  expect(JSON.parse(stdout)).toEqual({
    deviceId,
    deviceIdBySamba: deviceId,
    anchor: `Device_${deviceObjectId}`,
    keys: [deviceKey],
    displayName: 'Zoë’s laptop 山田',
    enabled: 'FALSE',
    owner: [sids[0]],
    users: sids,
    systemType: 'Windows',
    systemVersion: '10.0.22631.2861',
    objectVersion: 3,
    managed: 'TRUE',
    managedByCloud: 'TRUE',
    compliant: 'FALSE',
    physicalIds: ['[GID]:g:42', '[USER-HWID]:1'],
    names: [
      'adminDescription',
      'altSecurityIdentities',
      'cn',
      'displayName',
      'msDS-CloudAnchor',
      'msDS-CloudIsManaged',
      'msDS-DeviceID',
      'msDS-DeviceOSType',
      'msDS-DeviceOSVersion',
      'msDS-DeviceObjectVersion',
      'msDS-DevicePhysicalIDs',
      'msDS-IsCompliant',
      'msDS-IsEnabled',
      'msDS-IsManaged',
      'msDS-RegisteredOwner',
      'msDS-RegisteredUsers',
    ],
  });
});
