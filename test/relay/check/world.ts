import type { Client } from 'ldapts';
import { withConnection } from '../../../local/samba/connection.ts';
import type { Schema } from '../../../local/samba/domain-controller.ts';
import { type CheckLine, type CheckProbes, type CheckRequest, runCheck } from '../../../relay/check/index.ts';
import { RelaySettings } from '../../../relay/settings/settings.ts';
import { type Forest, startForest } from '../prepare/forest.ts';

/** A forest, and the check as the relay of relay.yaml would run it there. */
export type CheckWorld = {
  readonly forest: Forest;
  readonly base: string;
  /** Something is done to the forest as its administrator. */
  plant(work: (client: Client) => Promise<void>): Promise<void>;
  /** Every line, with settings, probes and policy changed as said. */
  check(change?: Change): Promise<readonly CheckLine[]>;
  /** How a remedy ends that prepares the forest. */
  readonly asAdministrator: string;
  /** The lines with this id. */
  lines(id: CheckLine['id'], change?: Change): Promise<readonly CheckLine[]>;
};

export type Change = {
  readonly settings?: object;
  readonly probes?: Partial<CheckProbes>;
  readonly policy?: CheckRequest['policy'];
  readonly policyFile?: string;
  readonly allowPrivilegedAccount?: boolean;
};

export async function startCheckWorld(schema: Schema = '2016'): Promise<CheckWorld> {
  const forest = await startForest(schema);
  process.env.RELAY_CHECK_PASSWORD = await forest.relay.password();
  const settingsOf = (change: object): RelaySettings =>
    RelaySettings.parse({
      name: 'relay-under-check',
      directory: {
        urls: forest.relay.urls,
        caFile: forest.relay.caFile,
        bindDn: forest.relay.bindDn,
        passwordEnv: 'RELAY_CHECK_PASSWORD',
      },
      serviceBus: { namespace: 'any.servicebus.windows.net' },
      containers: ['OU=EntraWriteback', 'CN=RegisteredDevices'],
      classes: ['group', 'user', 'device'],
      ...change,
    });
  const check: CheckWorld['check'] = async ({
    settings = {},
    probes = {},
    policy,
    policyFile,
    allowPrivilegedAccount = false,
  } = {}) => {
    const request = { settings: settingsOf(settings), policy, policyFile, allowPrivilegedAccount };
    const report = await runCheck(request, {
      now: () => new Date(),
      serviceBus: async () => 'any.servicebus.windows.net',
      policySeen: async () => ({ version: policy?.version ?? 'abc123', at: '2026-03-01T08:00:00.000Z' }),
      ...probes,
    });
    return report.lines;
  };
  return {
    forest,
    base: forest.dc.baseDn,
    asAdministrator: `--apply --ldap-url ${forest.dc.url} --ldap-ca ${forest.dc.caFile} --bind-dn <administrator> --password-file <file>`,
    plant: (work) => withConnection(forest.dc, work),
    check,
    lines: async (id, change) => (await check(change)).filter((line) => line.id === id),
  };
}

/** What is wrong, for a look at all of it. */
export const troubles = (lines: readonly CheckLine[]): readonly CheckLine[] =>
  lines.filter(({ status }) => status !== 'ok');
