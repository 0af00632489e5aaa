import type { ObjectKind } from '../../shared/domain/index.ts';
import { defaultPolicy, type Policy } from '../../shared/policy/index.ts';
import { DirectoryError, type DirectorySettings } from '../directory/index.ts';
import { findAccount } from './account.ts';
import { applyPrepare } from './apply-prepare.ts';
import { planPrepare } from './plan-prepare.ts';
import { policyNeeds } from './policy-needs.ts';
import { PrepareError } from './prepare-error.ts';
import { readFacts } from './read-facts.ts';
import { messageHere } from './remedy-here.ts';
import { renderScript, type ScriptFile } from './render-script.ts';
import { renderDone, renderPlan } from './render-steps.ts';
import { openSession, type Session } from './session.ts';
import { shown } from './shown.ts';
import { refuseUnsuitable } from './suitable.ts';
import type { PrepareWish } from './wish.ts';

/** What the command line asks for. */
export type PrepareRequest = {
  readonly kind: ObjectKind;
  /** How to reach AD, as the administrator; with `do: 'script'` any account that may read. */
  readonly directory: DirectorySettings;
  /** The relay's account: DN, SID, `user@domain`, `DOMAIN\user` or sAMAccountName. */
  readonly account: string;
  /** Places, mail and further attributes come from it; absent: the default policy. */
  readonly policy?: Policy | undefined;
  /** Instead of the places of the policy. */
  readonly containers?: readonly string[] | undefined;
  readonly restoreDeleted?: boolean | undefined;
  /** `show` says what would be done; `apply` asks and does it; `script` writes files instead. */
  readonly do: 'show' | 'apply' | 'script';
};

/** Where the command speaks, and asks. */
export type PrepareConsole = {
  say(text: string): void;
  /** Whether to go on. Called once, after the plan was shown. */
  agree(): Promise<boolean>;
  save(file: ScriptFile): Promise<void>;
};

/**
 * `entra-writeback prepare groups|devices|users`: shows what it will do, does it, and says what it did. Answers the exit
 * status: 0 done or nothing to do, 1 refused or not agreed to. What was done before a failure stays and is said.
 */
export async function prepareCommand(request: PrepareRequest, console: PrepareConsole): Promise<0 | 1> {
  try {
    const session = await openSession(request.directory);
    try {
      return await run(session, request, console);
    } finally {
      await session.close();
    }
  } catch (error) {
    if (!(error instanceof PrepareError) && !(error instanceof DirectoryError)) throw error;
    console.say(`${shown(error instanceof DirectoryError ? messageHere(error) : error.message)}\n`);
    return 1;
  }
}

async function run(session: Session, request: PrepareRequest, console: PrepareConsole): Promise<0 | 1> {
  const wish = await wishOf(session, request);
  const facts = await readFacts(session, wish);
  const plan = planPrepare(facts, wish);
  console.say(renderPlan(plan));
  if (request.do === 'script') {
    for (const file of renderScript(plan, wish, facts)) await console.save(file);
    return 0;
  }
  if (request.do === 'show' || plan.steps.length === 0) return 0;
  if (!(await console.agree())) {
    console.say('Nothing was changed.\n');
    return 1;
  }
  await applyPrepare(session, plan, (done) => console.say(renderDone(done)));
  return 0;
}

async function wishOf(session: Session, request: PrepareRequest): Promise<PrepareWish> {
  const needs = policyNeeds(request.kind, request.policy ?? defaultPolicy());
  const [first, ...others] = request.containers ?? needs.containers;
  if (first === undefined) {
    const happened = `Neither the policy nor the command says where a ${request.kind} goes.`;
    throw new PrepareError('NO_CONTAINER', happened, 'Name a container, such as OU=EntraWriteback.');
  }
  const account = await findAccount(session, request.account);
  refuseUnsuitable(account);
  return {
    kind: request.kind,
    account,
    containers: [first, ...others],
    mail: needs.mail,
    extraAttributes: needs.extraAttributes,
    restoreDeleted: request.restoreDeleted ?? false,
  };
}
