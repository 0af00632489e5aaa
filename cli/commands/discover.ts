import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import { z } from 'zod';
import type { Discovery } from '../../shared/flow/ask/discover.ts';
import { call } from '../api.ts';
import { connect, globalsOf, pretty } from '../command.ts';
import { allPrintable } from '../printable.ts';
import { renderDiscovery } from '../render-discovery.ts';
import { askFeatures, type PersonalGraph } from '../tenant-features.ts';

type Options = { readonly tokenFile?: string; readonly graphUrl: string };

export const discover = new Command('discover')
  .description(
    'what to know before switching on: tenant, licence, existing writeback, AD, what would be written',
  )
  .option(
    '--token-file <file>',
    'access token of a person (OnPremDirectorySynchronization.Read.All): Graph tells the features of Entra Connect to people only',
  )
  .option('--graph-url <url>', 'Microsoft Graph for that token', 'https://graph.microsoft.com')
  .action(async (options: Options, command: Command) => {
    const found = (await call(await connect(command), 'GET', '/discover')) as Discovery;
    const person = found.features.known ? undefined : await personOf(options, globalsOf(command).stack);
    const discovery = person ? { ...found, features: await askFeatures(person) } : found;
    console.log(
      globalsOf(command).json ? pretty(discovery) : renderDiscovery(allPrintable(discovery) as Discovery),
    );
  });

const LocalGraph = z.looseObject({
  graph: z.looseObject({ url: z.string(), caFile: z.string().optional(), token: z.string() }),
});

/** The person who asks: as given, or the one of the local stack. */
async function personOf({ tokenFile, graphUrl }: Options, stack: string): Promise<PersonalGraph | undefined> {
  if (tokenFile) return { url: graphUrl, token: (await readFile(tokenFile, 'utf8')).trim() };
  if (process.env.ENTRA_WRITEBACK_URL) return undefined;
  const text = await readFile(stack, 'utf8').catch(() => '{}');
  const { data } = LocalGraph.safeParse(JSON.parse(text));
  if (!data) return undefined;
  const { url, token, caFile } = data.graph;
  return { url, token, ...(caFile && { caFile }) };
}
