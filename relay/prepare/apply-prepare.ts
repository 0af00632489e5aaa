import type { Control } from 'ldapts';
import { type Dn, Sid } from '../../shared/domain/index.ts';
import { showDeleted } from '../directory/connection/controls.ts';
import { DirectoryError } from '../directory/index.ts';
import { add, change } from '../directory/write/operations.ts';
import { aceOf } from './permission.ts';
import { PrepareError } from './prepare-error.ts';
import { readStanding } from './read-facts.ts';
import { missingFrom, withAllowed } from './security/dacl.ts';
import { buildDescriptor, buildOwner, type Dacl } from './security/descriptor.ts';
import { daclOnly, ownerOnly } from './security/sd-flags.ts';
import { readDacl, type Session } from './session.ts';
import type { CreateStep, GrantStep, PreparePlan, Step } from './steps.ts';

/** What became of one step: written, or found done by somebody else meanwhile. */
export type Done = { readonly step: Step; readonly wrote: boolean };

/**
 * Does the steps in their order, and looks after each grant whether AD holds it. Stops at the first that fails; doing it
 * all again is safe.
 *
 * @param report told after each step
 * @throws DirectoryError where AD refuses, PrepareError where it took a write and does not show it
 */
export async function applyPrepare(
  session: Session,
  plan: PreparePlan,
  report: (done: Done) => void = () => undefined,
): Promise<readonly Done[]> {
  const done: Done[] = [];
  for (const step of plan.steps) {
    const wrote = step.do === 'create' ? await create(session, step) : await grant(session, step);
    done.push({ step, wrote });
    report({ step, wrote });
  }
  return done;
}

async function create(session: Session, { dn, objectClass, attributes }: CreateStep): Promise<boolean> {
  const values = Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, [value]]));
  try {
    await add(session.connection, dn, { objectClass: ['top', objectClass], ...values });
    return true;
  } catch (error) {
    if (!(error instanceof DirectoryError) || error.code !== 'ENTRY_EXISTS') throw error;
    const there = await readStanding(session, dn);
    if (there?.objectClass.some((name) => name.toLowerCase() === objectClass.toLowerCase())) return false;
    throw error;
  }
}

/** Reads the list again right before writing it, so that what somebody else has added since stays. */
async function grant(session: Session, step: GrantStep): Promise<boolean> {
  const { dn } = step;
  const wished = step.permissions.map(aceOf);
  const held = await readHeld(session, step);
  const missing = missingFrom(held, wished);
  if (missing.length === 0) return false;
  await writeDescriptor(session, dn, buildDescriptor(withAllowed(held, missing)), daclOnly());
  const now = await readDacl(session, dn);
  if (now === undefined || now === 'hidden' || missingFrom(now, wished).length > 0) throw notTaken(dn);
  return true;
}

async function readHeld(session: Session, { dn, needsOwnership }: GrantStep): Promise<Dacl> {
  const held = await readDacl(session, dn);
  if (held !== undefined && held !== 'hidden') return held;
  if (!needsOwnership) throw unreadable(dn);
  await writeDescriptor(session, dn, buildOwner(administrators), ownerOnly());
  const now = await readDacl(session, dn);
  if (now === undefined || now === 'hidden') throw unreadable(dn);
  return now;
}

/** Who may take ownership of anything in a domain, and may give it to this group. */
const administrators = Sid.parse('S-1-5-32-544');

function writeDescriptor(session: Session, dn: Dn, octets: Buffer, part: Control): Promise<void> {
  const value = { base64: octets.toString('base64') };
  return session.connection.write({ verb: 'modify', object: dn }, (client) =>
    client.modify(dn, change('replace', 'nTSecurityDescriptor', [value]), [part, showDeleted()]),
  );
}

const unreadable = (dn: string): PrepareError =>
  new PrepareError(
    'DACL_HIDDEN',
    `The permissions of ${dn} cannot be read, so nothing can be added to them.`,
    `As a domain administrator, run: dsacls "${dn}" /takeOwnership`,
  );

const notTaken = (dn: string): PrepareError =>
  new PrepareError(
    'NOT_TAKEN',
    `AD took the permissions of ${dn}, but does not show all of them.`,
    `Look at them with dsacls "${dn}" and prepare again.`,
  );
