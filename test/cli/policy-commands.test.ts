import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../e2e/world.ts';

/** The commands that ask about the policy, run as a person runs them beside the local stack. */

let world: World;
let folder: string;

beforeAll(async () => {
  world = await startWorld({ policyText: '' });
  folder = await mkdtemp(join(tmpdir(), 'entra-writeback-cli-'));
  await world.event(({ event, name }) => event === 'outcome.settled' && name === 'Board');
}, 120_000);

afterAll(async () => {
  await world?.stop();
  await rm(folder, { recursive: true, force: true });
});

const program = resolve(import.meta.dirname, '../../bin/entra-writeback.mjs');

type Run = { readonly code: number; readonly out: string; readonly error: string };

const run = (...args: readonly string[]): Promise<Run> =>
  new Promise((done) => {
    const given = [program, '--stack', world.stack.stackFile, ...args];
    const environment = { ...process.env, ENTRA_WRITEBACK_URL: '', NO_COLOR: '1', FORCE_COLOR: undefined };
    execFile(process.execPath, given, { env: environment }, (failure, out, error) =>
      done({ code: typeof failure?.code === 'number' ? failure.code : 0, out, error }),
    );
  });

async function policyFile(text: string): Promise<string> {
  const file = join(folder, 'new.yaml');
  await writeFile(file, text);
  return file;
}

const strict = `groups:
  - rule: VPN
    when: { attribute: displayName, operator: startsWith, value: VPN }
    writeback: true
  - rule: Microsoft 365 groups
    when: { attribute: kind, operator: equals, value: microsoft365 }
    as: security
`;

describe('simulate', () => {
  it('prints what would happen: the sums, by rule, and each object with what changes', async () => {
    const { code, out } = await run('simulate', '--policy', await policyFile(strict));
    expect(code).toBe(0);
    expect(out).toMatch(/^ {2}\+ {6}1 {2}would be created in AD$/m);
    expect(out).toMatch(/^ {2}VPN +1 +· +· +· +·$/m);
    expect(out).toMatch(
      /\+ VPN Access {2}group [0-9a-f-]{36}\n {6}WRITE_BY_RULE, rule "VPN"\n {6}CN=VPN Access_/,
    );
    expect(out).toContain('security: false → true');
  });

  it('prints the stream as it is with --json', async () => {
    const { out } = await run('simulate', '--policy', await policyFile(strict), '--json');
    const lines = out
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { type: string });
    expect([lines[0]?.type, lines.at(-1)?.type]).toEqual(['started', 'summary']);
  });

  it('ends with 1 and the name of the file where there is none', async () => {
    const { code, error } = await run('simulate', '--policy', '/nowhere/policy.yaml');
    expect([code, error]).toEqual([
      1,
      'The policy /nowhere/policy.yaml cannot be read (ENOENT). Give the path of a file with --policy.\n',
    ]);
  });

  it('ends with 1 and the place of each mistake where the policy does not load', async () => {
    const file = await policyFile('groups:\n  - rule: A\n    scope: wide\n    ou: nowhere\n');
    const { code, error } = await run('simulate', '--policy', file);
    expect(code).toBe(1);
    expect(error).toContain('line 3: policy.groups[0].scope = "wide": ');
    expect(error).toContain('Write one of: universal, global, domainLocal.');
    expect(error).toContain('line 4: policy.groups[0].ou = "nowhere": ');
  });
});

describe('discover', () => {
  it('answers the planning questions, the features of Entra Connect as the person of the stack', async () => {
    const { code, out } = await run('discover');
    expect(code).toBe(0);
    for (const line of [
      /Licence of Entra ID +P2/,
      /New Microsoft 365 groups are written +yes {2}not set/,
      /Group writeback v1 +off/,
      /Device writeback +off/,
      /Prepared for Exchange +no/,
      /Writeback set on Microsoft 365 groups +1 on, 1 off, 3 not set/,
      /3 {2}Microsoft 365 +WRITE_BY_DEFAULT/,
      /1 {2}distribution list +DISTRIBUTION_LIST\n +Newsletter/,
    ])
      expect(out).toMatch(line);
  });

  it('warns where rules write devices and the tenant has no licence for it', async () => {
    expect((await run('discover')).out).toMatch(/Written by the policy +no {2}no rule writes them/);
    const organization = world.stack.parts.graph?.tenant.settings.organization ?? {};
    const { assignedPlans = null } = organization;
    organization.assignedPlans = [];
    await world.setPolicy('devices: [{ rule: All }]');
    const { out } = await run('discover');
    expect(out).toMatch(/Licence of Entra ID +free/);
    expect(out).toMatch(
      /Written by the policy +yes\n +Device writeback needs a licence of Entra ID P1 or P2/,
    );
    organization.assignedPlans = assignedPlans;
    await world.setPolicy('');
  });

  it('warns where Entra Connect still writes back', async () => {
    const tenant = '7d96d549-841b-4092-9c09-89abae4c860c';
    const features = { groupWriteBackEnabled: true };
    await world.graph('PATCH', `/v1.0/directory/onPremisesSynchronization/${tenant}`, { features });
    const { out } = await run('discover');
    expect(out).toMatch(/Group writeback v1 +on/);
    expect(out).toContain('Two writers must not write the same objects');
  });
});

describe('evaluate', () => {
  it('says what, why, what AD would get and what the relay would do', async () => {
    const groups = await world.graph('GET', "/v1.0/groups?$filter=displayName eq 'VPN Access'");
    const [vpn] = groups.value as readonly { readonly id: string }[];
    const { out } = await run('evaluate', vpn?.id ?? '', '--plan', '--policy', await policyFile(strict));
    expect(out).toContain('write  WRITE_BY_RULE  rule "VPN"');
    expect(out).toContain('✓ displayName startsWith "VPN" is "VPN Access"');
    expect(out).toContain('40 written, 5 left out');
    expect(out).toMatch(/The relay would\n {2}create CN=VPN Access_/);
    expect(out).toContain('add 40 members');
  });

  it.each(['users', 'devices'])('finds one of the %s without being told its kind', async (kind) => {
    const { value } = await world.graph('GET', `/v1.0/${kind}?$top=1&$select=id,displayName`);
    const [one] = value as readonly { readonly id: string; readonly displayName: string }[];
    const { code, out } = await run('evaluate', one?.id ?? '');
    expect(code).toBe(0);
    expect(out).toContain(one?.displayName);
    expect(out).toContain(kind.slice(0, -1));
  });

  it('says that Graph has no such object of any kind', async () => {
    const id = '00000000-0000-4000-8000-000000000042';
    const { code, error } = await run('evaluate', id);
    expect(code).toBe(1);
    expect(error).toContain(`Graph has no group, user or device ${id}`);
    expect((await run('evaluate', id, '--kind', 'user')).error).toContain(`Graph has no user ${id}`);
  });

  it('names what is wrong with a call', async () => {
    const { code, error } = await run('evaluate', '42');
    expect(code).toBe(1);
    expect(error).toContain('id = "42": is not an object id');
  });
});
