import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { groupSpace } from '../../../shared/policy/attributes/group.ts';
import type { Value } from '../../../shared/policy/attributes/table.ts';
import { compileTemplate } from '../../../shared/policy/template/render.ts';
import { left, mid, right } from '../../../shared/policy/template/text.ts';

const values: Readonly<Record<string, Value>> = {
  displayName: '  Café de Flore ',
  id: '3a5c3221-c465-48c0-95b8-e9305786a271',
  description: null,
  mail: 'cafe@contoso.com',
  proxyAddresses: ['SMTP:a@b.c', 'smtp:d@e.f'],
  memberCount: 7,
};
function render(text: string): string {
  const result = compileTemplate(text, groupSpace);
  if (!result.ok) throw new Error(result.message);
  return result.template.render((name) => values[name] ?? null);
}

describe('a template', () => {
  it.each([
    ['{Left(Trim(displayName),51)}_{Right(id,12)}', 'Café de Flore_e9305786a271'],
    ['Group_{id}', 'Group_3a5c3221-c465-48c0-95b8-e9305786a271'],
    ['{Mid(id,25,12)}', 'e9305786a271'],
    ['{ToUpper(NormalizeDiacritics(Trim(displayName)))}', 'CAFE DE FLORE'],
    ['{Item(Split(mail,"@"),1)}', 'cafe'],
    ['{Item(proxyAddresses,2)}|{Item(proxyAddresses,9)}', 'smtp:d@e.f|'],
    ['{Coalesce(description,mail)}', 'cafe@contoso.com'],
    ["{Join('-',description,'a',mail)}", 'a-cafe@contoso.com'],
    ['{Replace(mail,"@","$&")}', 'cafe$&contoso.com'],
    ['{Switch(mail,"other","cafe@contoso.com","ours")}', 'ours'],
    ['{Switch(description,"other","x","y")}', 'other'],
    ['{Append(ToLower("AB"), \'}{\')}{{}}', 'ab}{{}'],
    ['{memberCount}{extension.none}', '7'],
  ])('%s gives %s', (template, text) => {
    expect(render(template)).toBe(text);
  });

  it.each([
    ['{Left(displayName)}', 'Left takes 2 arguments, not 1'],
    ['{Lefd(displayName,1)}', 'Did you mean Left?'],
    ['{displayname2}', 'Did you mean displayName?'],
    ['{Left(displayName,"x")}', 'argument 2 of Left must be number, not text'],
    ['{proxyAddresses}', 'gives a list'],
    ['{id', 'not closed'],
    ['id}', 'closes nothing'],
    ['{}', 'something is missing'],
    ['{id id}', 'not expected'],
    ['{Left(id,1}', 'comma or )'],
    ['{constructor}', 'no attribute constructor'],
    ['{toString(id)}', 'no function toString'],
    [`${'{Trim('.repeat(30)}`, 'not expected'],
    [`{${'Trim('.repeat(30)}id${')'.repeat(30)}}`, 'nested deeper'],
    ['x'.repeat(1001), 'longer than 1000'],
  ])('%s is refused', (template, message) => {
    expect(compileTemplate(template, groupSpace)).toMatchObject({
      ok: false,
      message: expect.stringContaining(message),
    });
  });

  it('never throws, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}(),"\'. aidLeft1Trim') }), (text) => {
        const result = compileTemplate(text, groupSpace);
        if (result.ok) result.template.render(() => null);
      }),
    );
  });

  it('never cuts a character in two', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.nat(20), fc.nat(20), (text, start, length) => {
        for (const cut of [left(text, length), right(text, length), mid(text, start, length)]) {
          expect(cut.isWellFormed()).toBe(true);
          expect(cut.length).toBeLessThanOrEqual(length);
        }
      }),
    );
  });
});
