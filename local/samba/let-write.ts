import { join } from 'node:path';
import {
  applyPrepare,
  findAccount,
  openSession,
  planPrepare,
  policyNeeds,
  readFacts,
} from '../../relay/prepare/index.ts';
import type { ObjectKind } from '../../shared/domain/index.ts';
import { defaultPolicy } from '../../shared/policy/index.ts';
import { groupExtraAttributes } from '../../shared/policy/settings/group.ts';
import { userExtraAttributes } from '../../shared/policy/settings/user.ts';
import type { DomainController } from './controller.ts';
import { digestOf } from './snapshots.ts';

/** A digest of the code that decides which rights those are. */
export const rightsDigest = (): Promise<string> =>
  digestOf(
    ['relay/prepare', 'relay/plan', 'shared/desired', 'shared/policy'].map((folder) =>
      join(import.meta.dirname, '../..', folder),
    ),
  );

/** What any policy may fill besides what is always written, so that every policy can be tried. */
const extraAttributes = { group: groupExtraAttributes, user: userExtraAttributes, device: [] } as const;

/** What to give to whom. */
export type Writing = {
  readonly account: string;
  readonly kind: ObjectKind;
  readonly container: string;
  /** Deleted objects may be brought back, with their SID. */
  readonly restoreDeleted: boolean;
};

/** Gives an account what writeback of a kind needs, as the product's own `prepare` does it, and nothing else. */
export async function letWrite(dc: DomainController, writing: Writing): Promise<void> {
  const { account, kind, container, restoreDeleted } = writing;
  const session = await openSession({
    urls: [dc.url],
    caFile: dc.caFile,
    bindDn: dc.bindDn,
    password: () => dc.password,
  });
  try {
    const wish = {
      kind,
      account: await findAccount(session, account),
      containers: [container],
      mail: policyNeeds(kind, defaultPolicy()).mail,
      extraAttributes: extraAttributes[kind],
      restoreDeleted,
    } as const;
    await applyPrepare(session, planPrepare(await readFacts(session, wish), wish));
  } finally {
    await session.close();
  }
}
