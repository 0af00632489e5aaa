import { describe, expect, it } from 'vitest';
import { observedObject } from '../../../relay/directory/read/observed-object.ts';
import { createSchema } from '../../../relay/directory/schema/schema.ts';

const schema = createSchema([
  { name: 'displayName', syntax: '2.5.5.12' },
  { name: 'msDS-CloudAnchor', syntax: '2.5.5.10' },
  { name: 'objectSid', syntax: '2.5.5.17' },
]);

describe('the schema', () => {
  it('knows attributes in any case, and their own spelling', () => {
    expect([schema.has('DISPLAYNAME'), schema.has('mailNickname')]).toEqual([true, false]);
    expect([schema.spell('displayname'), schema.spell('unheardOf')]).toEqual(['displayName', 'unheardOf']);
  });

  it('names the binary ones as asked for and as spelled', () => {
    expect(schema.binaryAmong(['displayName', 'msds-cloudanchor'])).toEqual([
      'msds-cloudanchor',
      'msDS-CloudAnchor',
    ]);
  });
});

describe('an object', () => {
  const guid = Buffer.from('00112233445566778899aabbccddeeff', 'hex');
  const entry = (attributes: Record<string, readonly (string | Buffer)[]>) => ({
    dn: 'CN=x,DC=y',
    values: new Map(Object.entries({ objectGUID: [guid], ...attributes })),
  });

  it('has octets as base64 also where they came as text, and text as octets where it is none', () => {
    const object = observedObject(
      entry({ 'MSDS-CLOUDANCHOR': ['Device_x'], displayName: [Buffer.from('ff', 'hex')] }),
      schema,
    );
    expect(object.attributes).toEqual({
      'msDS-CloudAnchor': [{ base64: Buffer.from('Device_x').toString('base64') }],
      displayName: [{ base64: '/w==' }],
    });
  });

  it('of which the server gave only part of the values is an error', () => {
    const partial = entry({ 'member;range=0-1499': ['CN=a'] });
    expect(() => observedObject(partial, schema)).toThrow('more values of member;range=0-1499 than fit');
  });
});
