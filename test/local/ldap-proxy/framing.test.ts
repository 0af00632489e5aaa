import fc from 'fast-check';
import {
  AddRequest,
  Attribute,
  Change,
  Control,
  DeleteRequest,
  ModifyDNRequest,
  ModifyRequest,
  PresenceFilter,
  SearchRequest,
} from 'ldapts';
import { expect, it } from 'vitest';
import { createFramer } from '../../../local/ldap-proxy/framing.ts';
import { readRequest } from '../../../local/ldap-proxy/requests.ts';
import {
  readEntry,
  readResponse,
  readResult,
  writeEntry,
  writeResult,
} from '../../../local/ldap-proxy/responses.ts';

it('messages come out whole and in order however the stream is cut', () => {
  const messages = fc.array(fc.string({ maxLength: 400 }), { maxLength: 8 });
  const cuts = fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1, maxLength: 20 });
  fc.assert(
    fc.property(messages, cuts, (texts, sizes) => {
      const sent = texts.map((text, index) => writeResult(index + 1, 0x67, { resultCode: 0, text }));
      const stream = Buffer.concat(sent);
      const frame = createFramer();
      const received: Buffer[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn += 1) {
        const size = sizes[turn % sizes.length] ?? 1;
        received.push(...frame(stream.subarray(at, at + size)));
        at += size;
      }
      expect(received.map((one) => one.toString('hex'))).toEqual(sent.map((one) => one.toString('hex')));
    }),
  );
});

it('requests are read as the client wrote them', () => {
  const controls = [new Control('1.2.840.113556.1.4.417', { critical: true })];
  const filter = new PresenceFilter({ attribute: 'cn' });
  const search = new SearchRequest({
    messageId: 5,
    baseDN: 'DC=x',
    scope: 'sub',
    filter,
    attributes: ['a', 'b'],
    controls,
  });
  expect(readRequest(search.write())).toMatchObject({
    id: 5,
    operation: 'search',
    dn: 'DC=x',
    scope: 2,
    attributes: ['a', 'b'],
    controls: ['1.2.840.113556.1.4.417'],
  });
  const modification = new Attribute({ type: 'member', values: ['CN=a', 'CN=b'] });
  const changes = [new Change({ operation: 'delete', modification })];
  expect(readRequest(new ModifyRequest({ messageId: 6, dn: 'CN=g', changes }).write())).toMatchObject({
    operation: 'modify',
    dn: 'CN=g',
    changes: [{ operation: 'delete', name: 'member', values: [Buffer.from('CN=a'), Buffer.from('CN=b')] }],
  });
  expect(readRequest(new DeleteRequest({ messageId: 7, dn: 'CN=ü' }).write())).toMatchObject({
    operation: 'delete',
    dn: 'CN=ü',
  });
  expect(
    readRequest(
      new ModifyDNRequest({ messageId: 8, dn: 'CN=a', newRdn: 'CN=b', newSuperior: 'DC=x' }).write(),
    ),
  ).toMatchObject({
    operation: 'rename',
    newRdn: 'CN=b',
    newParent: 'DC=x',
  });
  expect(
    readRequest(new AddRequest({ messageId: 9, dn: 'CN=n', attributes: [modification] }).write()),
  ).toMatchObject({
    operation: 'add',
    attributes: [{ name: 'member' }],
  });
});

it('entries and results are written as they are read', () => {
  const entry = {
    dn: 'CN=a,DC=x',
    attributes: [{ name: 'objectGUID', values: [Buffer.from('ff00', 'hex')] }],
  };
  expect(readEntry(readResponse(writeEntry(3, entry)))).toEqual(entry);
  const result = { resultCode: 53, text: '00002146: SvcErr' };
  const response = readResponse(writeResult(300, 0x67, result));
  expect(response).toMatchObject({ id: 300, tag: 0x67 });
  expect(readResult(response)).toEqual({ ...result, text: `${result.text}\0` });
});
