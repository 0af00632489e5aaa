import { spawnSync } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { repository } from '../../infra/package/folders.ts';
import { functionsPackage } from '../../infra/package/functions-package.ts';
import { zip } from '../../infra/package/zip.ts';
import { startBroker } from '../../local/service-bus/broker.ts';
import { unpack } from '../infra/unpack.ts';
import { startHostProcess } from '../local/functions-host/host-process.ts';
import { percentile, type Row } from './report.ts';

const loads = 21;
const starts = 7;

/**
 * What a new instance needs before it can answer: loading the package that is deployed, in a new process
 * without compile cache, and a host that starts with it and answers the validation of Graph. What Azure
 * needs to give the instance comes on top; Microsoft publishes no figure for it.
 */
export async function benchStart(): Promise<readonly Row[]> {
  const { files } = await functionsPackage({});
  const archive = zip(files);
  const folder = await unpack(archive);
  const broker = await startBroker({ entities: join(repository, 'infra/service-bus.json') });
  try {
    const loaded = Array.from({ length: loads }, () => loadOnce(folder));
    const started: number[] = [];
    for (let run = 0; run < starts; run += 1) started.push(await startOnce(folder, broker.connectionString));
    return [
      { what: 'functions package, zipped', value: Math.round(archive.length / 1024), unit: 'KB' },
      { what: `loading it in a new process, median of ${loads}`, value: percentile(loaded, 0.5), unit: 'ms' },
      { what: 'loading it, slowest', value: Math.max(...loaded), unit: 'ms' },
      {
        what: `process start to the first answered webhook, median of ${starts}`,
        value: percentile(started, 0.5),
        unit: 'ms',
      },
    ];
  } finally {
    await broker.stop();
    await rm(folder, { recursive: true });
  }
}

function loadOnce(folder: string): number {
  const script = join(import.meta.dirname, 'load-package.ts');
  const { stdout, stderr, status } = spawnSync(process.execPath, [script, folder], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`The package registered no function. ${stderr}`);
  return Number(stdout);
}

async function startOnce(folder: string, serviceBus: string): Promise<number> {
  const began = performance.now();
  const host = await startHostProcess({
    args: ['--directory', folder],
    settings: {
      ServiceBus: serviceBus,
      POLICY_FILE: join(folder, 'policy.yaml'),
      NOTIFICATION_CLIENT_STATE: 'a client state of ours',
      'AzureWebJobs.feeds.Disabled': 'true',
    },
  });
  try {
    const answer = await fetch(`${host.url}/api/notifications?validationToken=start`, { method: 'POST' });
    if ((await answer.text()) !== 'start') throw new Error(`The host answered ${answer.status}.`);
    return performance.now() - began;
  } finally {
    await host.stop();
  }
}
