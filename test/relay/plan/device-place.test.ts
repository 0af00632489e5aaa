import { describe, expect, it, test } from 'vitest';
import { gather } from '../../../relay/handle/gather.ts';
import {
  containerOf,
  type DeviceRegistration,
  devicePlace,
  insistedOn,
} from '../../../relay/plan/device-place.ts';
import { makePlan } from '../../../relay/plan/make-plan.ts';
import { Dn, Moment } from '../../../shared/domain/index.ts';
import { at, desiredDevice, writeIntent } from '../intents.ts';
import { baseDn, createModelAd, facts } from '../model-ad.ts';

const dn = (text: string): Dn => Dn.parse(`${text},${baseDn}`);
const usual = dn('CN=RegisteredDevices');
const service = (name: string, location: Dn | undefined) => ({
  dn: dn(`CN=${name}`),
  location,
  enabled: true,
});
const registration = (given: Partial<DeviceRegistration> = {}): DeviceRegistration => ({
  services: [service('One', usual)],
  container: usual,
  containerClass: ['top', 'msDS-DeviceContainer'],
  ...given,
});

describe('the container for devices', () => {
  it.each([
    ['the usual one without a service', [], usual],
    ['the one that the service names', [service('One', dn('CN=Other'))], dn('CN=Other')],
    [
      'the one that all services name, however they write it',
      [service('One', dn('cn=REGISTEREDDEVICES')), service('Two', usual)],
      usual,
    ],
    ['unknown where they name two', [service('One', usual), service('Two', dn('CN=Other'))], undefined],
    ['unknown where one names none', [service('One', undefined), service('Two', usual)], undefined],
    ['unknown where the only one names none', [service('One', undefined)], undefined],
  ] as const)('is %s', (_, services, expected) => {
    expect(containerOf(services, baseDn)).toBe(expected);
  });

  it.each([
    ['CN=RegisteredDevices', undefined],
    ['cn=registereddevices', undefined],
    [`CN=RegisteredDevices,${baseDn}`, usual],
    ['CN=Kiosks', dn('CN=Kiosks')],
  ])('a policy that says %s insists on %s', (container, expected) => {
    expect(insistedOn(container, baseDn)).toBe(expected);
  });
});

describe('what is said of it', () => {
  it('is nothing where all is as it should be, or where the policy decides', () => {
    expect(devicePlace(registration(), 'forest', facts)).toEqual({ container: usual });
    expect(devicePlace(registration({ services: [] }), 'policy', facts)).toEqual({ container: usual });
  });

  it.each([
    [
      'of another domain',
      { container: Dn.parse('CN=RegisteredDevices,DC=other') },
      /is not in the domain of this relay, DC=lab/,
    ],
    [
      'that is not there',
      { containerClass: undefined },
      /is not there, or the account of the relay may not see it/,
    ],
    [
      'without a location',
      { container: undefined, services: [service('One', undefined)] },
      /^CN=One.*names no container/,
    ],
  ])('of a container %s is why nothing can be created', (_, given, complaint) => {
    const place = devicePlace(registration(given), 'forest', facts);
    expect(place).toEqual({ container: undefined, complaint: expect.stringMatching(complaint) });
  });

  it('of a schema without devices is which one they need', () => {
    const old = { ...facts, schemaVersion: 47, hasAttribute: () => false };
    expect(devicePlace(registration(), 'forest', old)).toEqual({
      container: undefined,
      complaint: 'Devices need the schema of Windows Server 2012 R2 (objectVersion 69); this forest has 47.',
    });
  });
});

test('a device goes where a policy insists, without a word about services', async () => {
  const desired = desiredDevice({ container: 'CN=Kiosks' });
  const planned = makePlan(await gather(createModelAd(), writeIntent(desired), Moment.parse(at)));
  expect(planned.plan.operations).toMatchObject([
    { op: 'create', dn: `CN=${desired.commonName},CN=Kiosks,${baseDn}` },
  ]);
  expect(planned.violations).toEqual([]);
});
