import { bundle } from './bundle.ts';
import { notices } from './notices.ts';
import type { Files } from './zip.ts';

/** The relay as one file that needs only Node, readable by those who run it beside their domain controllers. */
export async function relayBundle(): Promise<Files> {
  const { code, packages } = await bundle({ entry: 'relay/main.ts', external: [], text: 'readable' });
  return {
    'entra-writeback-relay.mjs': code,
    'THIRD-PARTY-NOTICES.txt': new TextEncoder().encode(await notices(packages)),
  };
}
