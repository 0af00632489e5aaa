import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { withConnection } from '../../local/samba/connection.ts';
import type { DomainController } from '../../local/samba/controller.ts';
import { guidToText } from '../../local/samba/identifiers.ts';
import { find } from '../../local/samba/search.ts';
import { startSeededController } from '../../local/samba/seeded-controller.ts';
import { openDirectory, sidDn } from '../../relay/directory/index.ts';
import { Dn, ObjectGuid, Sid } from '../../shared/domain/index.ts';
import { percentile, type Row } from './report.ts';

const run = promisify(execFile);
const members = 2000;
const chunk = 1000;
const rounds = 5;

/**
 * Membership writes of the relay against `ldapmodify` of ldap-utils: the same values in the same
 * chunks on the same domain controller, in turn, so that a ratio of each pair can be taken.
 */
export async function benchMembership(): Promise<readonly Row[]> {
  const { dc, directory } = await startSeededController({ seed: { people: members } });
  const values = directory.people.map(({ sid }) => sidDn(Sid.parse(sid)));
  const relay = await openDirectory({
    urls: [dc.url],
    caFile: dc.caFile,
    bindDn: dc.bindDn,
    password: async () => dc.password,
    connectTimeoutMs: 5000,
    timeoutMs: 120_000,
    poolSize: 1,
    pageSize: 1000,
    memberChunk: chunk,
    markedContainers: [Dn.parse(directory.writebackOu)],
    report: () => {},
    random: Math.random,
    now: Date.now,
  });
  const folder = await mkdtemp(join(tmpdir(), 'entra-writeback-bench-'));
  const ours: number[] = [];
  const theirs: number[] = [];
  try {
    for (let round = 0; round <= rounds; round += 1) {
      const one = await emptyGroup(dc, directory.writebackOu, `ours ${round}`);
      const other = await emptyGroup(dc, directory.writebackOu, `theirs ${round}`);
      const file = join(folder, `${round}.ldif`);
      await writeFile(file, ldif(other.dn, values));
      const byRelay = await timed(() => relay.apply({ op: 'addMembers', ...one, members: values }));
      const byTool = await timed(() =>
        run('ldapmodify', ['-x', '-H', dc.url, '-D', dc.bindDn, '-w', dc.password, '-f', file], {
          env: { ...process.env, LDAPTLS_CACERT: dc.caFile },
        }),
      );
      // The first round warms both up.
      if (round > 0) ours.push(byRelay);
      if (round > 0) theirs.push(byTool);
    }
  } finally {
    await relay.close();
    await dc.stop();
    await rm(folder, { recursive: true, force: true });
  }
  const ratios = ours.map((ms, index) => ms / (theirs[index] ?? Number.NaN));
  return [
    {
      what: `${members} members added by the relay, median of ${rounds}`,
      value: percentile(ours, 0.5),
      unit: 'ms',
    },
    { what: 'the same values by ldapmodify, median', value: percentile(theirs, 0.5), unit: 'ms' },
    { what: 'relay / ldapmodify, median of the pairs', value: percentile(ratios, 0.5), unit: '' },
  ];
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}

async function emptyGroup(dc: DomainController, ou: string, name: string) {
  const dn = `CN=${name},${ou}`;
  await withConnection(dc, (client) =>
    client.add(dn, { objectClass: 'group', sAMAccountName: name, groupType: '-2147483640' }),
  );
  const entry = await find(dc, dn, ['objectGUID']);
  const [guid] = entry?.bytes.objectGUID ?? [];
  return { dn: Dn.parse(dn), guid: ObjectGuid.parse(guidToText(guid ?? new Uint8Array(16))) };
}

function ldif(group: string, values: readonly string[]): string {
  const changes: string[] = [];
  for (let from = 0; from < values.length; from += chunk) {
    const slice = values.slice(from, from + chunk);
    changes.push(
      `dn: ${group}\nchangetype: modify\nadd: member\n${slice.map((dn) => `member:: ${Buffer.from(dn).toString('base64')}`).join('\n')}\n-\n`,
    );
  }
  return changes.join('\n');
}
