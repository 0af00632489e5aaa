<#
.SYNOPSIS
Installs or upgrades the relay of entra-writeback as a Windows service.

.DESCRIPTION
Run in Windows PowerShell 5.1 as an administrator, from the unpacked relay package. Settings and secrets that
are there already stay as they are. Everything that is installed is in the package; the service program
is compiled from RelayService.cs on this machine.

.PARAMETER Account
The account of the service. The default, LocalService, has no rights on other machines, which is enough: the relay
logs on to AD and to Service Bus with what relay.yaml names. A group managed service account is given as CORP\relay$.

.PARAMETER Node
Path of node.exe, version 22 or later (24 is tested).

.PARAMETER Sha256
The digest of entra-writeback-relay.mjs that `npm run build` printed. Nothing is installed if it differs.

.EXAMPLE
.\windows\Install-Relay.ps1 -Sha256 07ff...9944
#>
[CmdletBinding()]
param(
    [string] $Account = 'NT AUTHORITY\LocalService',
    [string] $Node = "$env:ProgramFiles\nodejs\node.exe",
    [string] $Sha256
)

Set-StrictMode -Version Latest
$ErrorActionPreference = 'Stop'

$name = 'EntraWritebackRelay'
$package = Split-Path -Parent $PSScriptRoot
$program = Join-Path $env:ProgramFiles 'EntraWriteback'
$data = Join-Path $env:ProgramData 'EntraWriteback'
$bundle = Join-Path $package 'entra-writeback-relay.mjs'

function Assert-Success([string] $what) {
    if ($LASTEXITCODE -ne 0) { throw "$what failed with code $LASTEXITCODE." }
}

$identity = [Security.Principal.WindowsPrincipal] [Security.Principal.WindowsIdentity]::GetCurrent()
if (-not $identity.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    throw 'Start PowerShell as an administrator, then run this again.'
}
if (-not (Test-Path $Node)) { throw "There is no $Node. Install Node 24, or name it with -Node." }
$major = [int] ((& $Node --version) -replace '^v(\d+)\..*$', '$1')
if ($major -lt 22) { throw "$Node is version $major. The relay needs 22 or later (24 is tested)." }
if ($Sha256 -and (Get-FileHash $bundle -Algorithm SHA256).Hash -ne $Sha256) {
    throw "$bundle is not the file that was built: its SHA-256 differs. Nothing was installed."
}

# Throws here, before anything is changed, where there is no such account.
$sid = ([Security.Principal.NTAccount] $Account).Translate([Security.Principal.SecurityIdentifier]).Value

$service = Get-Service -Name $name -ErrorAction SilentlyContinue
$wasRunning = $service -and $service.Status -eq 'Running'
# Nothing is lost: what the relay has in hand stays in Service Bus and is delivered again.
if ($wasRunning) { Stop-Service -Name $name }

New-Item -ItemType Directory -Force -Path $program, $data, "$data\state", "$data\logs" | Out-Null
Copy-Item -Force $bundle, (Join-Path $package 'entra-writeback.mjs'), (Join-Path $package 'THIRD-PARTY-NOTICES.txt') $program
[IO.File]::WriteAllText((Join-Path $program 'entra-writeback.cmd'), ('@"{0}" "%~dp0entra-writeback.mjs" %*' -f $Node))
$executable = Join-Path $program 'RelayService.exe'
Remove-Item -Force -ErrorAction SilentlyContinue $executable
Add-Type -Path (Join-Path $PSScriptRoot 'RelayService.cs') -ReferencedAssemblies System.ServiceProcess `
    -OutputAssembly $executable -OutputType ConsoleApplication

$settings = Join-Path $data 'relay.yaml'
if (-not (Test-Path $settings)) {
    $text = (Get-Content -Raw (Join-Path $package 'relay.sample.yaml')) -replace '(?m)^(\s*)passwordFile: .*$', '$1passwordFile: ldap-password.txt'
    [IO.File]::WriteAllText($settings, $text)
}
$password = Join-Path $data 'ldap-password.txt'
if (-not (Test-Path $password)) { New-Item -ItemType File -Path $password | Out-Null }

# Administrators and the system own the folder; the service reads it, and writes its state and its logs.
& icacls $data /inheritance:r /grant:r '*S-1-5-32-544:(OI)(CI)F' '*S-1-5-18:(OI)(CI)F' "*${sid}:(OI)(CI)RX" | Out-Null
Assert-Success 'icacls'
& icacls "$data\state" /grant:r "*${sid}:(OI)(CI)M" | Out-Null
Assert-Success 'icacls'
& icacls "$data\logs" /grant:r "*${sid}:(OI)(CI)M" | Out-Null
Assert-Success 'icacls'

if (-not [Diagnostics.EventLog]::SourceExists($name)) { New-EventLog -LogName Application -Source $name }

$command = '"{0}" "{1}" "{2}" "{3}" "{4}"' -f $executable, $Node, (Join-Path $program 'entra-writeback-relay.mjs'), $settings, "$data\logs"
if (-not $service) {
    New-Service -Name $name -DisplayName 'entra-writeback relay' -BinaryPathName $command -StartupType Automatic `
        -Description 'Writes what the cloud decided to Active Directory.' | Out-Null
}
# Through CIM, because sc.exe takes a command with quotation marks only with luck.
$change = @{ PathName = $command; StartName = $Account; StartPassword = '' }
$result = Get-CimInstance Win32_Service -Filter "Name='$name'" | Invoke-CimMethod -MethodName Change -Arguments $change
if ($result.ReturnValue -ne 0) { throw "Windows refused the account $Account for the service (code $($result.ReturnValue))." }
& sc.exe failure $name reset= 86400 actions= restart/5000/restart/30000/restart/60000 | Out-Null
Assert-Success 'sc.exe failure'

if ((Get-Item $password).Length -eq 0) {
    Write-Output "Installed. Adapt $settings, write the password into $password, then: Start-Service $name"
    Write-Output "What is ready and what is not: & '$program\entra-writeback.cmd' check --config '$settings'"
    return
}
Start-Service -Name $name
Get-Service -Name $name
