import { describe, expect, it } from 'vitest';
import { find } from '../../../local/samba/search.ts';
import type { Event } from '../world.ts';
import {
  adUser,
  applied,
  cli,
  createUser,
  nextNumber,
  patch,
  run,
  until,
  violation,
  world,
  written,
} from './people.ts';

describe('an account that AD has already', () => {
  const addByHand = (name: string, attributes: Readonly<Record<string, string>>, ou = 'OU=People') =>
    world.byHand((client) =>
      client.add(`CN=${name},${ou},${world.baseDn}`, {
        objectClass: 'user',
        sAMAccountName: name,
        userAccountControl: '514',
        ...attributes,
      }),
    );

  /** The command that the refusal names, as a person would copy it. */
  const claimAsTold = ({ message }: Event) => {
    const [command = ''] = /entra-writeback claim .* --yes/.exec(String(message)) ?? [];
    const here = command.replace('entra-writeback', cli).replace('relay.yaml', world.stack.file.relayFile);
    return run('sh', ['-c', here]);
  };

  it('with the same user principal name is not taken over, and continued once it is claimed', async () => {
    const name = `claimed${nextNumber()}`;
    const dn = `CN=${name},OU=Users,OU=EntraWriteback,${world.baseDn}`;
    await addByHand(name, { userPrincipalName: `e2e.${name}@lab.test` }, 'OU=Users,OU=EntraWriteback');
    const before = await find(world.account, dn);
    let since = world.mark();
    const { id } = await createUser({ userPrincipalName: `e2e.${name}@contoso.com` });
    const refused = await world.settled(id, since, (event) => event.result === 'refused');
    expect(refused.code).toBe('MARKER_CONFLICT');
    expect(String(refused.message)).toContain(`${dn} has the user principal name e2e.${name}@lab.test`);
    expect(String(refused.message)).toContain(`entra-writeback claim ${id} --kind user --dn "${dn}"`);
    await violation('MARKER_CONFLICT', id, since);
    expect(await find(world.account, dn)).toEqual(before);

    since = world.mark();
    expect((await claimAsTold(refused)).stdout).toContain('It keeps its GUID and SID.');
    await patch(id, { department: 'Sales' });
    // An evaluation that was under way may write the claimed account before the department is known.
    await until(id, (ad) => ad.values.department?.[0] === 'Sales');
    const claimed = await adUser(id);
    expect(claimed?.bytes.objectSid).toEqual(before?.bytes.objectSid);
    expect(claimed?.values).toMatchObject({ sAMAccountName: [`e2e.${name}`] });
    const resolved = await world.event(
      (event) => event.event === 'violation.resolved' && event.code === 'MARKER_CONFLICT' && event.id === id,
      since,
    );
    expect(resolved).toBeDefined();
  });

  it('is claimed by the command that the refusal names, whatever a shell would make of its name', async () => {
    const name = `shell${nextNumber()}`;
    const dn = `CN=Smith\\, \\"J\\" $HOME \`id\` ${name},OU=Users,OU=EntraWriteback,${world.baseDn}`;
    await world.byHand((client) =>
      client.add(dn, {
        objectClass: 'user',
        sAMAccountName: name,
        userAccountControl: '514',
        userPrincipalName: `e2e.${name}@lab.test`,
      }),
    );
    const since = world.mark();
    const { id } = await createUser({ userPrincipalName: `e2e.${name}@contoso.com` });
    const refused = await world.settled(id, since, (event) => event.result === 'refused');
    expect((await claimAsTold(refused)).stdout).toContain('It keeps its GUID and SID.');
    await until(id, (ad) => ad.values.sAMAccountName?.[0] === `e2e.${name}`);
  });

  it('with the same mail is not taken over either', async () => {
    const name = `samemail${nextNumber()}`;
    await addByHand(name, { mail: `e2e.${name}@contoso.com` });
    const since = world.mark();
    const { id } = await createUser({
      userPrincipalName: `e2e.${name}@contoso.com`,
      mail: `e2e.${name}@contoso.com`,
    });
    const refused = await world.settled(id, since, (event) => event.result === 'refused');
    expect(refused.code).toBe('MARKER_CONFLICT');
    expect(String(refused.message)).toContain(`CN=${name},OU=People`);
  });

  it('and is another one of ours, or no account, is a collision that names it', async () => {
    const first = await written({ userPrincipalName: 'e2e.upn.of.two@contoso.com' });
    const since = world.mark();
    const { id } = await createUser({ userPrincipalName: 'e2e.upn.of.two@lab.test' });
    const refused = await world.settled(id, since, (event) => event.result === 'refused');
    expect(refused.code).toBe('NAME_COLLISION');
    expect(String(refused.message)).toContain(first.ad.dn);
  });

  it('and is one of ours gives up its names to whoever was refused them before', async () => {
    const first = await written({ userPrincipalName: 'e2e.handed.over@contoso.com' });
    const second = await written();
    let since = world.mark();
    await patch(second.id, { userPrincipalName: 'e2e.handed.over@fabrikam.com' });
    await violation('NAME_COLLISION', second.id, since);
    since = world.mark();
    await patch(first.id, { userPrincipalName: `e2e.gave.it.up${nextNumber()}@contoso.com` });
    await until(second.id, ({ values }) => values.userPrincipalName?.[0] === 'e2e.handed.over@lab.test');
    await world.event(
      (event) =>
        event.event === 'violation.resolved' && event.code === 'NAME_COLLISION' && event.id === second.id,
      since,
    );

    since = world.mark();
    const third = await createUser({ userPrincipalName: 'e2e.handed.over@contoso.com' });
    await world.settled(third.id, since, (event) => event.result === 'refused');
    since = world.mark();
    await world.graph('DELETE', `/v1.0/users/${second.id}`);
    await world.settled(second.id, since, applied);
    await world.graph('DELETE', `/v1.0/directory/deletedItems/${second.id}`);
    await world.settled(third.id, since, applied);
    expect((await adUser(third.id))?.values.userPrincipalName).toEqual(['e2e.handed.over@lab.test']);
  });

  it('keeps its user principal name from one of ours that is renamed to it; the rest is written', async () => {
    const name = `renamed${nextNumber()}`;
    await addByHand(name, { userPrincipalName: `e2e.${name}@lab.test` });
    const { id, ad } = await written();
    const since = world.mark();
    await patch(id, { userPrincipalName: `e2e.${name}@contoso.com`, department: 'Sales' });
    await world.settled(id, since, applied);
    await violation('NAME_COLLISION', id, since);
    const after = await adUser(id);
    expect(after?.values.department).toEqual(['Sales']);
    expect(after?.values.userPrincipalName).toEqual(ad.values.userPrincipalName);
  });
});
