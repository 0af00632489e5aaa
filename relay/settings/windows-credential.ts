import { execFile } from 'node:child_process';
import { platform } from 'node:os';
import { promisify } from 'node:util';

/**
 * Reads a generic credential from the store of the account that this process runs as (Credential Manager; CredRead, wincred.h).
 * Node cannot ask Windows for it, so Windows PowerShell does; the name goes to it as a variable and never as part of the
 * script, and the password comes back over a pipe. Throws where there is none, without repeating anything of it.
 */
export async function windowsCredential(name: string): Promise<string> {
  if (platform() !== 'win32')
    throw new Error(`The Windows credential ${name} can be read on Windows only. Use passwordFile here.`);
  try {
    const { stdout } = await run('powershell.exe', commandLine, {
      env: { ...process.env, [nameVariable]: name },
      windowsHide: true,
      timeout: 30_000,
    });
    return Buffer.from(stdout.trim(), 'base64').toString('utf16le');
  } catch {
    // The cause could hold what was printed.
    throw new Error(
      `The Windows credential ${name} of the account of this service cannot be read. Store it as that account: cmdkey /generic:${name} /user:<account> /pass`,
    );
  }
}

const run = promisify(execFile);
const nameVariable = 'ENTRA_WRITEBACK_CREDENTIAL';

/** CRED_TYPE_GENERIC is 1; the password is UTF-16, as cmdkey stores it. */
const script = `
$ErrorActionPreference = 'Stop'
Add-Type -Namespace EntraWriteback -Name Credentials -MemberDefinition @'
[StructLayout(LayoutKind.Sequential, CharSet = CharSet.Unicode)]
public struct Credential {
  public int Flags; public int Type; public string TargetName; public string Comment;
  public System.Runtime.InteropServices.ComTypes.FILETIME LastWritten;
  public int BlobSize; public IntPtr Blob; public int Persist;
  public int AttributeCount; public IntPtr Attributes; public string TargetAlias; public string UserName;
}
[DllImport("advapi32.dll", CharSet = CharSet.Unicode, SetLastError = true)]
public static extern bool CredReadW(string target, int type, int flags, out IntPtr credential);
[DllImport("advapi32.dll")]
public static extern void CredFree(IntPtr credential);
'@
$found = [IntPtr]::Zero
if (-not [EntraWriteback.Credentials]::CredReadW($env:${nameVariable}, 1, 0, [ref]$found)) { exit 1 }
$credential = [Runtime.InteropServices.Marshal]::PtrToStructure($found, [type][EntraWriteback.Credentials+Credential])
$blob = New-Object byte[] $credential.BlobSize
[Runtime.InteropServices.Marshal]::Copy($credential.Blob, $blob, 0, $blob.Length)
[EntraWriteback.Credentials]::CredFree($found)
[Console]::Out.Write([Convert]::ToBase64String($blob))
`;

/** Encoded, so that nothing in the script is read as an argument. */
const commandLine = [
  '-NoLogo',
  '-NoProfile',
  '-NonInteractive',
  '-EncodedCommand',
  Buffer.from(script, 'utf16le').toString('base64'),
];
