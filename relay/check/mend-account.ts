import { parseDn } from '../plan/dn.ts';
import { inPowerShell } from '../prepare/quote.ts';

/** What mends an account with which AD lets nobody in, by the code in AD's words (the Win32 error behind `data`, in hexadecimal). */
const commands: Readonly<Record<string, string>> = {
  532: 'Set-ADAccountPassword -Reset',
  533: 'Enable-ADAccount',
  701: 'Clear-ADAccountExpiration',
  773: 'Set-ADUser -ChangePasswordAtLogon $false',
  775: 'Unlock-ADAccount',
};

/** The command for what AD said when it refused a bind; undefined where name or password are simply wrong. */
export function mendAccount(bindDn: string, said: string): string | undefined {
  const command = commands[/\bdata (?<code>[0-9a-f]+)/i.exec(said)?.groups?.code ?? ''];
  return command === undefined ? undefined : `${lookup(bindDn)} | ${command}`;
}

/** PowerShell finds no account by `user@domain`, nor with the domain before the name. */
function lookup(bindDn: string): string {
  if (parseDn(bindDn) !== undefined) return `Get-ADUser ${inPowerShell(bindDn)}`;
  const short = bindDn.slice(bindDn.lastIndexOf('\\') + 1);
  return short.includes('@')
    ? `Get-ADUser -LDAPFilter ${inPowerShell(`(userPrincipalName=${short})`)}`
    : `Get-ADUser ${inPowerShell(short)}`;
}
