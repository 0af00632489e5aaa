import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type AppliedRecord, openAppliedRecord } from './applied-record.ts';
import type { Budgets } from './budgets.ts';
import { replaceFile } from './durable-file.ts';
import { type HoldStore, openHoldStore } from './hold-store.ts';
import { type Ledger, openLedger } from './ledger.ts';
import { lockDirectory } from './lock.ts';
import { openPolicyMemory, type PolicyMemory } from './policy-memory.ts';

/** What a relay keeps on its own disk. */
export type RelayState = {
  readonly ledger: Ledger;
  readonly holds: HoldStore;
  readonly applied: AppliedRecord;
  readonly policy: PolicyMemory;
  close(): Promise<void>;
};

/**
 * Opens the state directory of a relay, which no other process may have open. `installation.json`
 * is written when everything is there for the first time; from then on a missing ledger is an error.
 */
export async function openState(directory: string, limits: Budgets, now: () => Date): Promise<RelayState> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  const unlock = await lockDirectory(directory);
  try {
    const installation = join(directory, 'installation.json');
    const isNew = !(await exists(installation));
    const ledger = await openLedger({ directory, limits, now, isNew });
    const holds = await openHoldStore(directory);
    const applied = await openAppliedRecord(directory);
    const policy = await openPolicyMemory(directory);
    if (isNew)
      await replaceFile(installation, `${JSON.stringify({ version: 1, createdAt: now().toISOString() })}\n`);
    const close = async (): Promise<void> => {
      await ledger.close();
      await unlock();
    };
    return { ledger, holds, applied, policy, close };
  } catch (error) {
    await unlock();
    throw error;
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await readFile(path);
    return true;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return false;
    throw error;
  }
}
