import { HttpRequest } from '@azure/functions';
import { describe, expect, it } from 'vitest';
import { requirePerson, requireRole } from '../../functions/http/access.ts';
import type { AccessSettings } from '../../functions/http/auth-level.ts';

const guarded: AccessSettings = { WEBSITE_AUTH_ENABLED: 'True' };

/** A request as App Service hands it on: with the claims of the one who signed in. */
function requestOf(claims?: readonly (readonly [typ: string, val: string])[]): HttpRequest {
  const principal = {
    auth_typ: 'aad',
    claims: claims?.map(([typ, val]) => ({ typ, val })),
    role_typ: 'roles',
  };
  const header = Buffer.from(JSON.stringify(principal)).toString('base64');
  return new HttpRequest({
    method: 'GET',
    url: 'http://127.0.0.1/api/status',
    headers: claims ? { 'x-ms-client-principal': header } : {},
  });
}

const anna = ['preferred_username', 'anna@contoso.com'] as const;
const statusOf = (access: Awaited<ReturnType<typeof requireRole>>) =>
  access.ok ? 200 : access.response.status;
const problemOf = (result: { readonly ok: boolean; readonly response?: { readonly body?: unknown } }) =>
  JSON.parse(String(result.response?.body)) as { readonly code: string; readonly detail: string };

describe('who is signed in', () => {
  it.each(['read', 'operate', 'approve'] as const)('may %s with that app role and no other', async (role) => {
    const name = `Writeback.${role.charAt(0).toUpperCase()}${role.slice(1)}`;
    const others = ['Writeback.Read', 'Writeback.Operate', 'Writeback.Approve'].filter((one) => one !== name);
    const access = await requireRole(requestOf([anna, ['roles', name]]), role, guarded);
    expect(access).toEqual({ ok: true, caller: { person: 'anna@contoso.com' } });
    const without = await requireRole(
      requestOf([anna, ...others.map((one) => ['roles', one] as const)]),
      role,
      guarded,
    );
    expect(statusOf(without)).toBe(403);
    expect(problemOf(without)).toMatchObject({
      code: 'ROLE_MISSING',
      detail: expect.stringContaining(
        `anna@contoso.com needs the app role ${name} and has ${others.join(', ')}`,
      ),
    });
  });

  it('is a program where the token has no person', async () => {
    const access = await requireRole(
      requestOf([
        ['azp', '11111111-2222-3333-4444-555555555555'],
        ['roles', 'Writeback.Read'],
      ]),
      'read',
      guarded,
    );
    expect(access).toMatchObject({ ok: true, caller: { person: '11111111-2222-3333-4444-555555555555' } });
  });

  it('is nobody when the header is broken or names no one', async () => {
    const broken = new HttpRequest({
      method: 'GET',
      url: 'http://127.0.0.1/',
      headers: { 'x-ms-client-principal': 'not base64 of JSON' },
    });
    expect(statusOf(await requireRole(broken, 'read', guarded))).toBe(401);
    expect(statusOf(await requireRole(requestOf([['roles', 'Writeback.Read']]), 'read', guarded))).toBe(401);
  });
});

describe('a caller with a key alone', () => {
  it('has the roles of that key, which the host has checked', async () => {
    expect(await requireRole(requestOf(), 'approve', {})).toEqual({
      ok: true,
      caller: { person: undefined },
    });
    expect(statusOf(await requireRole(requestOf(), 'approve', guarded))).toBe(200);
  });

  it('cannot give itself a name by writing the header, while the platform does not guard it', async () => {
    const forged = requestOf([
      ['preferred_username', 'ceo@contoso.com'],
      ['roles', 'Writeback.Approve'],
    ]);
    expect(await requireRole(forged, 'approve', {})).toEqual({ ok: true, caller: { person: undefined } });
  });

  it('is refused where everyone must sign in, with advice that fits', async () => {
    const entra = { OPERATIONS_ACCESS: 'entra' };
    expect(problemOf(await requireRole(requestOf(), 'read', { ...guarded, ...entra })).detail).toContain(
      'Bearer',
    );
    const forged = requestOf([anna, ['roles', 'Writeback.Read']]);
    const unguarded = await requireRole(forged, 'read', entra);
    expect(statusOf(unguarded)).toBe(401);
    expect(problemOf(unguarded).detail).toContain('App Service Authentication is off');
  });
});

describe('the person who acts', () => {
  it('is who signed in, whatever the body says', async () => {
    expect(requirePerson({ person: 'anna@contoso.com' }, 'someone else')).toMatchObject({
      person: 'anna@contoso.com',
    });
  });

  it('is named in the body where a key alone came, and must be', async () => {
    expect(requirePerson({ person: undefined }, ' ben ')).toMatchObject({ person: 'ben' });
    for (const named of [undefined, '', '  ']) {
      expect(problemOf(requirePerson({ person: undefined }, named)).code).toBe('PERSON_MISSING');
    }
  });
});
