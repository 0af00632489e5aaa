import { describe, expect, it } from 'vitest';
import { guidBytes, sidBytes } from '../../../shared/desired/binary.ts';
import { deviceKeysOf } from '../../../shared/desired/device-keys.ts';
import { desiredDevice } from '../../../shared/desired/index.ts';
import { Sid } from '../../../shared/domain/index.ts';
import { device, deviceKey, id, type Over, policyOf, sid } from '../policy/world.ts';
import { attributesOf, hexOf } from './object.ts';

const [rule] = policyOf('devices: [{ rule: R }]').devices;
const desired = (over: Over = {}) => {
  if (!rule) throw new Error('no rule');
  return desiredDevice(device(over), rule.settings);
};
const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');

describe('binary forms', () => {
  it('of a GUID: the first three fields little-endian', () => {
    expect(hex(guidBytes('00112233-4455-6677-8899-aabbccddeeff'))).toBe('33221100554477668899aabbccddeeff');
  });

  it('of a SID: revision, count, authority big-endian, sub-authorities little-endian', () => {
    expect(hex(sidBytes(Sid.parse('S-1-5-32-544')))).toBe('01020000000000052000000020020000');
    expect(hex(sidBytes(Sid.parse('S-1-5-21-4294967295-0-1-500')))).toBe(
      '010500000000000515000000ffffffff0000000001000000f4010000',
    );
  });
});

describe('a written device', () => {
  it('is named by its device id in the device container', () => {
    expect(desired()).toMatchObject({
      kind: 'device',
      container: 'CN=RegisteredDevices',
      commonName: '4c299165-6e8f-4b45-a5ba-c5d250a707ff',
    });
  });

  it('has the four attributes that AD demands', () => {
    const object = desired();
    expect(attributesOf(object)).toMatchObject({
      altSecurityIdentities: [deviceKey],
      displayName: ['LAPTOP-01'],
      'msDS-IsEnabled': ['TRUE'],
    });
    expect(hexOf(object, 'msDS-DeviceID')).toBe('6591294c8f6e454ba5bac5d250a707ff');
  });

  it('falls back to its device id where it has no name, and is enabled where nobody says', () => {
    const { displayName, ...others } = attributesOf(desired({ displayName: ' ', accountEnabled: null }));
    expect(displayName).toEqual(['4c299165-6e8f-4b45-a5ba-c5d250a707ff']);
    expect(others['msDS-IsEnabled']).toEqual(['TRUE']);
  });

  it('that is disabled in the cloud is disabled in AD', () => {
    expect(attributesOf(desired({ accountEnabled: false }))['msDS-IsEnabled']).toEqual(['FALSE']);
  });

  it('carries its marker as cloud anchor; the other one is for the relay to write', () => {
    expect(attributesOf(desired())).not.toHaveProperty('adminDescription');
    expect(Buffer.from(hexOf(desired(), 'msDS-CloudAnchor'), 'hex').toString('utf8')).toBe(`Device_${id}`);
  });

  it('has the SIDs of owner and users that have an AD account', () => {
    const other = 'S-1-5-21-1004336348-1177238915-682003330-1105';
    const object = desired({
      registeredOwners: [
        { id, sid: null },
        { id, sid },
      ],
      registeredUsers: [
        { id, sid },
        { id, sid: other },
        { id, sid: null },
      ],
    });
    expect(hexOf(object, 'msDS-RegisteredOwner')).toBe(hex(sidBytes(Sid.parse(sid))));
    expect(attributesOf(object)['msDS-RegisteredUsers']).toHaveLength(2);
    expect(attributesOf(desired())['msDS-RegisteredOwner']).toEqual([]);
  });

  it('tells its system and management as Graph does, and nothing where Graph says nothing', () => {
    const told = attributesOf(
      desired({
        operatingSystemVersion: '10.0',
        isManaged: true,
        isCompliant: false,
        physicalIds: ['[HWID]:h:1'],
      }),
    );
    expect(told).toMatchObject({
      'msDS-DeviceOSType': ['Windows'],
      'msDS-DeviceOSVersion': ['10.0'],
      'msDS-DevicePhysicalIDs': ['[HWID]:h:1'],
      'msDS-IsManaged': ['TRUE'],
      'msDS-CloudIsManaged': ['TRUE'],
      'msDS-IsCompliant': ['FALSE'],
      'msDS-DeviceObjectVersion': ['2'],
    });
    expect(attributesOf(desired())['msDS-IsManaged']).toEqual([]);
  });
});

describe('the keys of a device', () => {
  const key = (type: number, text: string) => ({
    type,
    identityProvider: null,
    key: Buffer.from(text, 'utf16le').toString('base64'),
  });
  it.each([
    ['are decoded from UTF-16LE', [key(2, deviceKey)], [deviceKey]],
    ['of other types do not count', [key(1, deviceKey)], []],
    [
      'of another form do not count',
      [key(2, 'X509:<SHA1-TP-PUBKEY>short'), { ...key(2, ''), key: 'base64Y3Yx' }],
      [],
    ],
    ['are listed once', [key(2, deviceKey), key(2, deviceKey)], [deviceKey]],
  ])('%s', (_, alternativeSecurityIds, expected) => {
    expect(deviceKeysOf({ alternativeSecurityIds })).toEqual(expected);
  });
});
