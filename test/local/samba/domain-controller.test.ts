import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectPipe } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { connect } from 'node:tls';
import { Attribute, Change, Client } from 'ldapts';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { withConnection } from '../../../local/samba/connection.ts';
import { type DomainController, startDomainController } from '../../../local/samba/domain-controller.ts';
import { find, search } from '../../../local/samba/search.ts';
import { runProgram } from './program.ts';

let dc: DomainController;
beforeAll(async () => {
  dc = await startDomainController();
});
afterAll(() => dc.stop());

/** Adds a contact with a new name, and answers its DN. */
async function addContact(): Promise<string> {
  const dn = `CN=${randomUUID()},${dc.baseDn}`;
  await withConnection(dc, (client) => client.add(dn, { objectClass: 'contact' }));
  return dn;
}

/** The command line of a process; empty once it has died, even if nobody has collected it yet. */
function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}

it('is a domain controller of Windows Server 2016 schema', async () => {
  const schema = await find(dc, `CN=Schema,CN=Configuration,${dc.baseDn}`, ['objectVersion']);
  expect(schema?.values.objectVersion).toEqual(['87']);
});

describe('its certificate', () => {
  it.each([
    ['its address', {}],
    ['its name', { servername: 'dc1.lab.test' }],
    ['its domain', { servername: 'lab.test' }],
  ])('is good for %s with the authority in caFile', async (_name, options) => {
    const socket = connect({ host: dc.address, port: 636, ca: readFileSync(dc.caFile), ...options });
    await once(socket, 'secureConnect');
    expect(socket.authorized).toBe(true);
    socket.destroy();
  });

  it('is good for nobody without it', async () => {
    const socket = connect({ host: dc.address, port: 636 });
    const [error] = await once(socket, 'error');
    expect(String(error)).toMatch(/certificate/);
  });
});

it('refuses a simple bind without TLS and takes it after StartTLS', async () => {
  const client = new Client({ url: dc.ldapUrl });
  await expect(client.bind(dc.bindDn, dc.password)).rejects.toMatchObject({ code: 8 });
  await client.startTLS({ ca: [readFileSync(dc.caFile)], host: dc.address });
  await client.bind(dc.bindDn, dc.password);
  await client.unbind();
});

it('lets fixtures write through its system socket what no client may', async () => {
  const level = new Change({
    operation: 'replace',
    modification: new Attribute({ type: 'msDS-Behavior-Version', values: ['3'] }),
  });
  await withConnection(dc, async (client) => {
    await expect(client.modify(dc.baseDn, level)).rejects.toMatchObject({ code: 19 });
  });
  const system = new Client({ url: 'ldap://unix', createConnection: () => connectPipe(dc.systemSocket) });
  await system.modify(dc.baseDn, level);
  await system.unbind();
  expect((await find(dc, dc.baseDn))?.values['msDS-Behavior-Version']).toEqual(['3']);
  await dc.reset();
});

it.each(['restart', 'kill'] as const)('keeps its data, address and certificate over a %s', async (how) => {
  const dn = await addContact();
  const before = { ...dc };
  if (how === 'kill') {
    await dc.kill();
    await expect(search(dc, dc.baseDn)).rejects.toThrow(/Can't contact LDAP server/);
  }
  await dc.restart();
  expect(await find(dc, dn)).toMatchObject({ dn });
  expect({ ...dc }).toEqual(before);
});

it('has the data of a new domain after a reset', async () => {
  const dn = await addContact();
  await dc.reset();
  expect(await find(dc, dn)).toBeUndefined();
  expect(await find(dc, dc.baseDn)).toBeDefined();
});

it('answers nothing while paused, and carries out afterwards what arrived meanwhile', async () => {
  const dn = `CN=${randomUUID()},${dc.baseDn}`;
  const client = new Client({ url: dc.url, tlsOptions: { ca: [readFileSync(dc.caFile)] }, timeout: 300 });
  await client.bind(dc.bindDn, dc.password);
  dc.pause();
  await expect(client.add(dn, { objectClass: 'contact' })).rejects.toThrow(/timed out/);
  dc.resume();
  await expect.poll(() => find(dc, dn)).toMatchObject({ dn });
});

describe('the folder', () => {
  let directory: string;
  afterEach(() => rm(directory, { recursive: true, force: true }));

  it('that it was given keeps the domain for the next start, and takes one controller at a time', async () => {
    directory = await mkdtemp(join(tmpdir(), 'dc-'));
    const first = await startDomainController({ directory });
    const dn = `CN=Kept,${first.baseDn}`;
    await withConnection(first, (client) => client.add(dn, { objectClass: 'contact' }));
    await expect(startDomainController({ directory })).rejects.toThrow(
      /Another domain controller is running in/,
    );
    await first.stop();
    const second = await startDomainController({ directory });
    expect(await find(second, dn)).toMatchObject({ dn });
    await second.stop();
  });

  it('of a temporary one is gone after its stop, and so is its address', async () => {
    const temporary = await startDomainController();
    directory = temporary.folder;
    await temporary.stop();
    expect(existsSync(directory)).toBe(false);
    const next = await startDomainController({ address: temporary.address });
    expect(next.address).toBe(temporary.address);
    await next.stop();
  });
});

/** A domain that nobody has asked for before is made anew: ten seconds of work, more on a busy machine. */
const aNewDomain = 120_000;

it(
  'has the domain that was asked for',
  async () => {
    const other = await startDomainController({ realm: 'CORP.CONTOSO.TEST', password: 'Another-one-2' });
    try {
      expect(other).toMatchObject({ domain: 'corp.contoso.test', baseDn: 'DC=corp,DC=contoso,DC=test' });
      expect(await find(other, other.baseDn)).toBeDefined();
    } finally {
      await other.stop();
    }
  },
  aNewDomain,
);

it('says what Samba has to say when the domain cannot be made', async () => {
  await expect(startDomainController({ password: 'short' })).rejects.toThrow(
    /could not be provisioned:.*password/s,
  );
});

it('says why when its address is taken, and leaves nothing behind', async () => {
  await expect(startDomainController({ address: dc.address })).rejects.toThrow(`${dc.address} is not free`);
  expect(await find(dc, dc.baseDn)).toBeDefined();
});

it('dies with its owner, even while paused, and the next start removes what it left', async () => {
  const owner = await runProgram('hold-controller.ts');
  const orphan = JSON.parse(owner.firstLine);
  const account = { ...orphan, bindDn: dc.bindDn, password: dc.password };
  expect(await find(account, dc.baseDn)).toBeDefined();
  const samba = Number(readFileSync(join(orphan.folder, 'pid/samba.pid'), 'utf8'));
  expect(commandOf(samba)).toContain('samba');
  process.kill(samba, 'SIGSTOP');
  await owner.crash();
  await expect.poll(() => commandOf(samba)).toBe('');
  const heir = await startDomainController({ address: orphan.address });
  expect(existsSync(orphan.folder)).toBe(false);
  await heir.stop();
});
