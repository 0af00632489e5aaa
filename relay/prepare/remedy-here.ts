import { type DirectoryError, directoryErrorCodes } from '../directory/index.ts';

/** What mends an error where the settings are those of this command and not those of relay.yaml. */
const remedies: Partial<Record<keyof typeof directoryErrorCodes, string>> = {
  UNREACHABLE: 'Check name, port (ldaps:// or ldap:// in --ldap-url) and the firewall in between.',
  CA_FILE_UNREADABLE:
    'Set --ldap-ca to a PEM file with the certificate of the authority that signed the domain controller.',
  CERTIFICATE_ISSUER_UNKNOWN:
    'Put the certificate of the authority that signed it (and of those in between) into the file of --ldap-ca.',
  CERTIFICATE_WRONG_HOST:
    'Use one of the names of the certificate in --ldap-url, or set --ldap-server-name to it.',
  CREDENTIALS_REJECTED: 'Correct --bind-dn, or the password in the file of --password-file.',
  ACCESS_DENIED:
    'Prepare as a domain administrator; what lies in the configuration needs an enterprise administrator.',
  CONSTRAINT: 'A name is too long for AD or not legal there; give another one.',
};

/** The message of an error, with the remedy for who prepares a forest. */
export function messageHere({ code, message }: DirectoryError): string {
  const here = remedies[code];
  return here === undefined ? message : message.replace(directoryErrorCodes[code].remedy, () => here);
}
