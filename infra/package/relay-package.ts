import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { repository } from './folders.ts';
import { notices } from './notices.ts';
import type { Files } from './zip.ts';

/** What travels beside the program: how it is installed, and settings to begin with. */
const companions = {
  'relay.sample.yaml': 'relay/relay.sample.yaml',
  'linux/install.sh': 'relay/service/linux/install.sh',
  'linux/entra-writeback-relay.service': 'relay/service/linux/entra-writeback-relay.service',
  'linux/azure-arc.conf': 'relay/service/linux/azure-arc.conf',
  'linux/certificate.conf': 'relay/service/linux/certificate.conf',
  'windows/Install-Relay.ps1': 'relay/service/windows/Install-Relay.ps1',
  'windows/RelayService.cs': 'relay/service/windows/RelayService.cs',
  'container/Containerfile': 'relay/service/container/Containerfile',
} as const;

/**
 * The relay as an administrator gets it: one file that needs only Node, readable by those who run it beside
 * their domain controllers; a second one with the commands for its machine; and what makes a service of it.
 */
export async function relayPackage(): Promise<Files> {
  const bundled = (entry: string) => bundle({ entry, external: [], text: 'readable' });
  const relay = await bundled('relay/main.ts');
  const commands = await bundled('cli/relay-main.ts');
  const packages = [...new Set([...relay.packages, ...commands.packages])].sort();
  const read = async ([name, path]: readonly [string, string]) =>
    [name, new Uint8Array(await readFile(join(repository, path)))] as const;
  return {
    'entra-writeback-relay.mjs': relay.code,
    'entra-writeback.mjs': commands.code,
    'THIRD-PARTY-NOTICES.txt': new TextEncoder().encode(await notices(packages)),
    ...Object.fromEntries(await Promise.all(Object.entries(companions).map(read))),
  };
}
