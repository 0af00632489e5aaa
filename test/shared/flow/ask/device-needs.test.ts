import { expect, it } from 'vitest';
import { deviceNeeds } from '../../../../shared/flow/ask/device-needs.ts';
import { policyOf } from '../../policy/world.ts';

const writing = policyOf('devices: [{ rule: All }]');
const known = <T>(value: T) => ({ known: true, value }) as const;
const unknown = { known: false, why: 'no relay' } as const;
const licence = (licence: 'P1' | 'P2' | 'free') => known({ licence });
const schema = (schemaVersion: number) => known({ schemaVersion });

it.each([
  ['all is there', writing, licence('P1'), schema(69), []],
  ['the tenant is free', writing, licence('free'), schema(69), ['licence']],
  ['the schema is that of 2012', writing, licence('P2'), schema(56), ['schema']],
  ['both are missing', writing, licence('free'), schema(47), ['licence', 'schema']],
  ['nothing is known', writing, unknown, unknown, []],
  [
    'no rule writes devices',
    policyOf('devices: [{ rule: None, writeback: false }]'),
    licence('free'),
    schema(47),
    [],
  ],
] as const)('what device writeback lacks is said where %s', (_, policy, organization, forest, expected) => {
  const { written, missing } = deviceNeeds(policy, organization, forest);
  expect(written).toBe(policy === writing);
  expect(missing.map(({ what }) => what)).toEqual(expected);
});
