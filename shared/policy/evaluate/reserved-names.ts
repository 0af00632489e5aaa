/**
 * Names of built-in and protected groups and principals (English; MS-ADTS §6.1.4, Appendix C of
 * Microsoft's "Best practices for securing Active Directory", Exchange's role groups). An AD group by
 * such a name would be taken for the real one by people and by applications that go by name.
 */
const reserved: ReadonlySet<string> = new Set(
  [
    ...['Administrators', 'Users', 'Guests', 'Account Operators', 'Server Operators', 'Print Operators'],
    ...['Backup Operators', 'Replicator', 'Domain Admins', 'Domain Users', 'Domain Guests'],
    ...['Domain Computers', 'Domain Controllers', 'Schema Admins', 'Enterprise Admins', 'Key Admins'],
    ...['Enterprise Key Admins', 'Group Policy Creator Owners', 'Read-only Domain Controllers'],
    ...['Enterprise Read-only Domain Controllers', 'Cloneable Domain Controllers', 'Protected Users'],
    ...['Cert Publishers', 'RAS and IAS Servers', 'Allowed RODC Password Replication Group'],
    ...['Denied RODC Password Replication Group', 'DnsAdmins', 'DnsUpdateProxy', 'DHCP Administrators'],
    ...['DHCP Users', 'WINS Users', 'Pre-Windows 2000 Compatible Access', 'Event Log Readers'],
    ...['Incoming Forest Trust Builders', 'Network Configuration Operators', 'Performance Monitor Users'],
    ...['Performance Log Users', 'Distributed COM Users', 'IIS_IUSRS', 'Cryptographic Operators'],
    ...['Certificate Service DCOM Access', 'RDS Remote Access Servers', 'RDS Endpoint Servers'],
    ...['RDS Management Servers', 'Hyper-V Administrators', 'Access Control Assistance Operators'],
    ...['Remote Desktop Users', 'Remote Management Users', 'Storage Replica Administrators'],
    ...['Terminal Server License Servers', 'Windows Authorization Access Group', 'Device Owners'],
    ...['System Managed Accounts Group', 'External Trust Accounts', 'Forest Trust Accounts'],
    ...['OpenSSH Users', 'User Mode Hardware Operators', 'HelpServicesGroup', 'TelnetClients'],
    ...['Organization Management', 'Recipient Management', 'Server Management', 'Exchange Servers'],
    ...['Exchange Trusted Subsystem', 'Exchange Windows Permissions', 'Exchange Install Domain Servers'],
    ...['Managed Availability Servers', 'Security Administrator', 'Security Reader', 'Discovery Management'],
    ...['Everyone', 'Authenticated Users', 'Anonymous Logon', 'Interactive', 'Network', 'Batch', 'Service'],
    ...['System', 'Self', 'Creator Owner', 'Creator Group', 'Owner Rights', 'Local Service', 'Dialup'],
    ...['Network Service', 'Enterprise Domain Controllers', 'Restricted', 'Builtin', 'NT Authority'],
    ...['Administrator', 'Guest', 'DefaultAccount', 'ADSyncAdmins', 'ADSyncOperators', 'ADSyncBrowse'],
    ...['ADSyncPasswordSet', 'Remote Interactive Logon', 'Terminal Server User', 'This Organization'],
  ].map((name) => name.toLowerCase()),
);

/** Families of names: keys of read-only domain controllers, and look-alikes of admin groups. */
const families: readonly RegExp[] = [
  /^krbtgt(_\d{1,6})?$/,
  /^(domain|enterprise|schema|forest)[ _-]?(key )?admins?$/,
  /^healthmailbox[0-9a-f]{5,}$/,
];

/** What nobody sees in a name, the joiners among it that a legal name may have. */
const invisible = /\p{Default_Ignorable_Code_Point}/gu;

/** Whether a name is reserved in AD, or looks like one that is: case, and white space at the ends or doubled, do not matter. */
export function isReservedName(name: string): boolean {
  const plain = name.normalize('NFKC').replace(invisible, '').replace(/\s+/gu, ' ').trim().toLowerCase();
  return reserved.has(plain) || families.some((family) => family.test(plain));
}
