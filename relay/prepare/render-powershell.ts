import { parentOf, parseDn } from '../plan/dn.ts';
import type { Permission } from './permission.ts';
import { inSingleQuotes } from './quote.ts';
import { maskOf, type Right } from './security/rights.ts';
import type { CreateStep, GrantStep, PreparePlan, Step } from './steps.ts';

/** What a script for an administrator says about itself. */
export type ScriptHead = { readonly baseDn: string; readonly account: string; readonly kind: string };

/**
 * A plan as a PowerShell script that does the same: it creates what is not there and adds what is not given, so running it
 * twice does no harm. It needs the ActiveDirectory module, and dsacls for CN=Deleted Objects alone.
 */
export function renderPowerShell({ steps, notes }: PreparePlan, head: ScriptHead): string {
  const remarks = notes.map((note) => `# Note: ${comment(note)}\n`).join('');
  return [prologue(head), remarks, ...steps.map(stepOf)].join('\n').replace(/\n{3,}/g, '\n\n');
}

const prologue = ({ baseDn, account, kind }: ScriptHead): string => `#Requires -Modules ActiveDirectory
# Prepares ${comment(baseDn)} so that ${comment(account)} can write back objects of kind ${kind}.
# Read it first. Run it as a domain administrator; what lies in CN=Configuration needs an enterprise administrator.
# GUIDs are schemaIDGUID and rightsGuid of this forest; the name behind each says what it is.
$ErrorActionPreference = 'Stop'

function New-ObjectIfAbsent([string]$Name, [string]$Path, [string]$Type, [hashtable]$Attributes, [string]$Dn) {
    try { $null = Get-ADObject -Identity $Dn; Write-Host "Already there: $Dn"; return }
    catch [Microsoft.ActiveDirectory.Management.ADIdentityNotFoundException] { }
    $more = @{}
    if ($Attributes.Count -gt 0) { $more.OtherAttributes = $Attributes }
    New-ADObject -Name $Name -Path $Path -Type $Type @more
    Write-Host "Created: $Dn"
}

function Add-Permission([string]$Dn, [array]$Rules) {
    $entry = New-Object System.DirectoryServices.DirectoryEntry ('LDAP://' + $Dn.Replace('/', '\\/'))
    $entry.psbase.Options.SecurityMasks = [System.DirectoryServices.SecurityMasks]::Dacl
    foreach ($rule in $Rules) { $entry.psbase.ObjectSecurity.AddAccessRule($rule) }
    $entry.psbase.CommitChanges()
    Write-Host "Permissions added where they were missing: $Dn"
}

function Rule([string]$Sid, [string]$Rights, [string]$ObjectType, [string]$Reach, [string]$OnlyClass) {
    $who = New-Object System.Security.Principal.SecurityIdentifier $Sid
    New-Object System.DirectoryServices.ActiveDirectoryAccessRule -ArgumentList @(
        $who, [System.DirectoryServices.ActiveDirectoryRights]$Rights, 'Allow',
        [guid]$ObjectType, [System.DirectoryServices.ActiveDirectorySecurityInheritance]$Reach, [guid]$OnlyClass)
}
`;

const stepOf = (step: Step): string =>
  step.do === 'create' ? creation(step) : step.needsOwnership ? deletedObjects(step) : grant(step);

function creation({ dn, objectClass, attributes }: CreateStep): string {
  const [own] = parseDn(dn) ?? [];
  const values = Object.entries(attributes).map(
    ([name, value]) => `${inSingleQuotes(name)} = ${literal(value)}`,
  );
  const args = [
    inSingleQuotes(own?.value ?? ''),
    inSingleQuotes(parentOf(dn) ?? ''),
    inSingleQuotes(objectClass),
  ];
  return `New-ObjectIfAbsent ${args.join(' ')} @{ ${values.join('; ')} } ${inSingleQuotes(dn)}\n`;
}

/** The module wants numbers and truth values as such. */
const literal = (value: string): string =>
  value === 'TRUE'
    ? '$true'
    : value === 'FALSE'
      ? '$false'
      : /^\d+$/.test(value)
        ? value
        : inSingleQuotes(value);

const grant = ({ dn, permissions }: GrantStep): string =>
  `Add-Permission ${inSingleQuotes(dn)} @(\n${permissions.map(rule).join('')})\n`;

const anything = '00000000-0000-0000-0000-000000000000';
const reaches = { here: 'None', hereAndBelow: 'All', below: 'Descendents' } as const;

function rule({ trustee, rights, object, reach, onlyClass }: Permission): string {
  const args = [
    inSingleQuotes(trustee.sid),
    inSingleQuotes(rights.map((right) => rightNames[right]).join(', ')),
    inSingleQuotes(object?.guid ?? anything),
    inSingleQuotes(reaches[reach]),
    inSingleQuotes(onlyClass?.guid ?? anything),
  ];
  const names = [object?.name, onlyClass === undefined ? undefined : `on ${onlyClass.name}`];
  const words = [trustee.name, ...names.filter((name) => name !== undefined)].join(' ');
  return `    (Rule ${args.join(' ')}) # ${comment(words)}\n`;
}

/** Names of System.DirectoryServices.ActiveDirectoryRights. */
const rightNames: Readonly<Record<Right, string>> = {
  CC: 'CreateChild',
  DC: 'DeleteChild',
  LC: 'ListChildren',
  RP: 'ReadProperty',
  WP: 'WriteProperty',
  CR: 'ExtendedRight',
  SD: 'Delete',
  RC: 'ReadControl',
  WD: 'WriteDacl',
  WO: 'WriteOwner',
};

/** This container is deleted itself, so that only dsacls opens it; and only its owner may change its permissions. */
function deletedObjects({ dn, permissions }: GrantStep): string {
  const letters = (one: Permission): string =>
    (['LC', 'RP'] as const).filter((right) => (maskOf(one.rights) & maskOf([right])) !== 0).join('');
  return [
    `dsacls ${inSingleQuotes(dn)} /takeOwnership\n${orStop}`,
    ...permissions.map(
      (one) =>
        `dsacls ${inSingleQuotes(dn)} /G ((New-Object System.Security.Principal.SecurityIdentifier ${inSingleQuotes(one.trustee.sid)}).Translate([System.Security.Principal.NTAccount]).Value + ':${letters(one)}') # ${comment(one.trustee.name)}\n${orStop}`,
    ),
  ].join('');
}

/** A program that fails is no error to PowerShell by itself. */
const orStop = "if ($LASTEXITCODE -ne 0) { throw 'dsacls failed; its message stands above.' }\n";

/** A comment ends with its line. */
const comment = (text: string): string => text.replace(/[\p{Cc}\u2028\u2029]/gu, '?');
