import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { powerShellCheck } from '../../../infra/check/powershell.ts';
import { withConnection } from '../../../local/samba/connection.ts';
import { withSystemPath } from '../../../local/samba/system-path.ts';
import { renderPowerShell } from '../../../relay/prepare/render-powershell.ts';
import type { ObjectKind } from '../../../shared/domain/index.ts';
import { type Forest, startForest } from './forest.ts';
import { type ScriptStep, scriptReader } from './powershell-script.ts';

/**
 * No PowerShell and no Windows here: the script is parsed, and what it calls is done by other tools than ours, ldapts for
 * objects and Samba's samba-tool for permissions.
 */

const run = promisify(execFile);
let byScript: Forest;
let byPrepare: Forest;
let read: (text: string) => readonly ScriptStep[];
beforeAll(async () => {
  [byScript, byPrepare, read] = await Promise.all([startForest('2016'), startForest('2016'), scriptReader()]);
});
afterAll(async () => {
  await byScript.stop();
  await byPrepare.stop();
});

const sambaTool = async ({ dc }: Forest, verb: 'get' | 'set', dn: string, ...more: string[]) =>
  (
    await run(
      'samba-tool',
      [
        ...['dsacl', verb, '--configfile', dc.configuration, '--URL', join(dc.folder, 'private/sam.ldb')],
        ...['--objectdn', dn, ...more],
      ],
      { env: withSystemPath(process.env) },
    )
  ).stdout;

async function scriptFor(forest: Forest, kind: ObjectKind, restoreDeleted = false): Promise<string> {
  const head = { baseDn: forest.dc.baseDn, account: 'svc-writeback', kind };
  return renderPowerShell(await forest.plan({ kind, restoreDeleted }), head);
}

/** Does what the script would do, for want of PowerShell. */
async function carryOut(forest: Forest, steps: readonly ScriptStep[]): Promise<void> {
  for (const step of steps) {
    if (step.does === 'create') {
      const { dn, objectClass, attributes } = step;
      if ((await forest.look(dn)) !== undefined) continue;
      await withConnection(forest.dc, (client) => client.add(dn, { objectClass, ...attributes }));
    }
    if (step.does === 'grant') await sambaTool(forest, 'set', step.dn, '--sddl', step.sddl.join(''));
  }
}

/** The entries at a place, in no order: AD sorts them by itself. */
const entriesAt = async (forest: Forest, dn: string): Promise<readonly string[]> =>
  [...(await sambaTool(forest, 'get', dn)).matchAll(/\([^)]*\)/g)].map(([entry]) => entry).toSorted();

describe('the PowerShell of prepare', () => {
  test.each(['group', 'user', 'device'] as const)(
    'makes of a forest for %ss what prepare makes of it',
    async (kind) => {
      const steps = read(await scriptFor(byScript, kind));
      const planned = (await byScript.plan({ kind })).steps;
      expect(steps.map(({ does, dn }) => `${does} ${dn}`)).toEqual(
        planned.map((step) => `${step.do} ${step.dn}`),
      );
      await carryOut(byScript, steps);
      await byPrepare.prepare({ kind });
      expect((await byScript.plan({ kind })).steps).toEqual([]);
      for (const { dn } of planned) {
        expect(await entriesAt(byScript, dn)).toEqual(await entriesAt(byPrepare, dn));
        const attributes = ['objectClass', 'msDS-DeviceLocation', 'msDS-IsEnabled', 'name'];
        const [one, other] = [await byScript.look(dn, attributes), await byPrepare.look(dn, attributes)];
        expect(one?.values).toEqual(other?.values);
      }
    },
  );

  test('calls New-ADObject with the name and the place that make the DN', async () => {
    const fresh = await startForest('2016');
    try {
      for (const kind of ['group', 'user', 'device'] as const) {
        for (const step of read(await scriptFor(fresh, kind))) {
          if (step.does !== 'create') continue;
          const rdn = step.objectClass === 'organizationalUnit' ? 'OU' : 'CN';
          expect(`${rdn}=${step.name},${step.path}`).toBe(step.dn);
        }
      }
    } finally {
      await fresh.stop();
    }
  });

  test('opens deleted objects with dsacls, for the account alone', async () => {
    const text = await scriptFor(byScript, 'group', true);
    const deleted = `CN=Deleted Objects,${byScript.dc.baseDn}`;
    const [ownership, grant, ...more] = read(text).filter(({ does }) => does === 'dsacls');
    expect(ownership).toMatchObject({ dn: deleted, words: ['/takeOwnership'] });
    expect(grant).toMatchObject({
      dn: deleted,
      words: ['/G', expect.stringMatching(/SecurityIdentifier '(S-1-5-21-[\d-]+)'\).*':LCRP'\)$/)],
    });
    expect(more).toEqual([]);
    // A program that fails is no error to PowerShell by itself.
    expect(text.match(/^dsacls .*\nif \(\$LASTEXITCODE -ne 0\) \{ throw /gm)).toHaveLength(2);
    expect((await powerShellCheck())(text)).toEqual([]);
  });
});
