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
import type { DomainController } from './controller.ts';

/**
 * Lets an account bring deleted objects back, as the product's own `prepare --restore-deleted` does
 * it: without that right a deleted group would come back with a new SID.
 */
export async function letBringBack(
  dc: DomainController,
  account: string,
  kind: ObjectKind,
  containers: readonly [string, ...string[]],
): Promise<void> {
  const session = await openSession({
    urls: [dc.url],
    caFile: dc.caFile,
    bindDn: dc.bindDn,
    password: () => dc.password,
  });
  try {
    const { mail, extraAttributes } = policyNeeds(kind, defaultPolicy());
    const wish = {
      kind,
      account: await findAccount(session, account),
      containers,
      mail,
      extraAttributes,
      restoreDeleted: true,
    };
    await applyPrepare(session, planPrepare(await readFacts(session, wish), wish));
  } finally {
    await session.close();
  }
}
