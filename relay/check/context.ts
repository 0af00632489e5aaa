import type { ObjectKind } from '../../shared/domain/index.ts';
import { defaultPolicy, type Policy } from '../../shared/policy/index.ts';
import { groupExtraAttributes } from '../../shared/policy/settings/group.ts';
import { userExtraAttributes } from '../../shared/policy/settings/user.ts';
import type { DirectorySettings } from '../directory/index.ts';
import { type Account, findAccount } from '../prepare/account.ts';
import { namesNeeded } from '../prepare/permissions.ts';
import { type PolicyNeeds, policyNeeds } from '../prepare/policy-needs.ts';
import { PrepareError } from '../prepare/prepare-error.ts';
import { writtenByReanimation } from '../prepare/reanimation.ts';
import { readSchemaIds, type SchemaIds } from '../prepare/schema-ids.ts';
import { openSession, type Session } from '../prepare/session.ts';
import { writtenAttributes } from '../prepare/written-attributes.ts';
import type { RelaySettings } from '../settings/settings.ts';
import { readToken, type Token } from './identity.ts';
import type { CheckRequest } from './request.ts';

/** What writing one kind needs in this forest. */
export type KindNeeds = PolicyNeeds & {
  readonly attributes: readonly string[];
  /** What `prepare` may have given besides: to bring deleted objects back, and, where the policy is not known, what any may fill. */
  readonly givenBesides: readonly string[];
};

/** What policies may fill. */
const extraAttributes = { group: groupExtraAttributes, user: userExtraAttributes, device: [] } as const;

/** All that the checks of one domain controller share. */
export type Context = {
  readonly session: Session;
  readonly settings: RelaySettings;
  /** Absent: nobody said which policy holds. */
  readonly policy: Policy | undefined;
  readonly policyFile: string | undefined;
  readonly token: Token;
  /** The relay's own account; undefined where it is of another domain. */
  readonly account: Account | undefined;
  readonly needs: Readonly<Record<ObjectKind, KindNeeds>>;
  readonly ids: SchemaIds;
};

/** Connects as the relay and reads what every check starts from. */
export async function openContext(
  directory: DirectorySettings,
  { settings, policy, policyFile }: CheckRequest,
): Promise<Context> {
  const session = await openSession(directory);
  try {
    const needsOf = (kind: ObjectKind): KindNeeds => {
      const needs = policyNeeds(kind, policy ?? defaultPolicy());
      const written = { forest: session.facts, mail: needs.mail, extra: needs.extraAttributes };
      const any = policy === undefined ? extraAttributes[kind] : [];
      const givenBesides = [...any, ...writtenByReanimation(kind, session.facts)];
      return { ...needs, attributes: writtenAttributes(kind, written), givenBesides };
    };
    const needs = { group: needsOf('group'), user: needsOf('user'), device: needsOf('device') };
    const names = settings.classes.map((kind) =>
      namesNeeded(kind, [...needs[kind].attributes, ...needs[kind].givenBesides]),
    );
    const [token, account, ids] = await Promise.all([
      readToken(session.connection),
      findAccount(session, directory.bindDn).catch(notHere),
      readSchemaIds(session, {
        attributes: names.flatMap(({ attributes }) => attributes),
        classes: names.flatMap(({ classes }) => classes),
        rights: names.flatMap(({ rights }) => rights),
      }),
    ]);
    // The account itself belongs to its token, whether or not a server lists it there.
    const sids = new Set([...token.sids, ...(account === undefined ? [] : [account.sid])]);
    return { session, settings, policy, policyFile, token: { ...token, sids }, account, needs, ids };
  } catch (error) {
    await session.close();
    throw error;
  }
}

function notHere(error: unknown): undefined {
  if (error instanceof PrepareError) return undefined;
  throw error;
}
