import { readFileSync } from 'node:fs';
import { Client } from 'ldapts';

/** What a client needs to reach a directory and bind to it. */
export interface DirectoryAccount {
  readonly url: string;
  readonly caFile: string;
  readonly bindDn: string;
  readonly password: string;
}

/** Runs `work` on a connection bound as `account`, and closes it. */
export async function withConnection<T>(
  account: DirectoryAccount,
  work: (client: Client) => Promise<T>,
): Promise<T> {
  const client = new Client({
    url: account.url,
    tlsOptions: { ca: [readFileSync(account.caFile)] },
    timeout: 30_000,
    connectTimeout: 5_000,
  });
  try {
    await client.bind(account.bindDn, account.password);
    return await work(client);
  } finally {
    await client.unbind();
  }
}
