import type { PrepareFacts } from './facts.ts';
import { renderLdif } from './render-ldif.ts';
import { renderPowerShell } from './render-powershell.ts';
import type { PreparePlan } from './steps.ts';
import type { PrepareWish } from './wish.ts';

/** A file for an administrator to read and run. */
export type ScriptFile = { readonly name: string; readonly text: string };

/** By it Windows PowerShell knows UTF-8; without it names would be read, and quotes ended, in the code page of the machine. */
const byteOrderMark = '\ufeff';

/** A plan as files that another person can run elsewhere: a PowerShell script, and the objects alone as LDIF. */
export function renderScript(
  plan: PreparePlan,
  wish: PrepareWish,
  facts: PrepareFacts,
): readonly [ScriptFile, ScriptFile] {
  const head = { baseDn: facts.forest.baseDn, account: wish.account.name, kind: wish.kind };
  return [
    { name: `prepare-${wish.kind}s.ps1`, text: `${byteOrderMark}${renderPowerShell(plan, head)}` },
    { name: `prepare-${wish.kind}s.ldf`, text: renderLdif(plan) },
  ];
}
