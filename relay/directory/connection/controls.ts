import { Ber, type BerWriter, Control, BerWriter as Writer } from 'ldapts';

/** Shows deleted objects and tombstones too (LDAP_SERVER_SHOW_DELETED_OID, MS-ADTS §3.1.1.3.4.1.14). */
export const showDeleted = (): Control => new Control('1.2.840.113556.1.4.417', { critical: true });

/** Keeps the server from answering with references to other partitions (LDAP_SERVER_DOMAIN_SCOPE_OID, §3.1.1.3.4.1.4). */
export const domainScope = (): Control => new Control('1.2.840.113556.1.4.1339');

/** Every DN comes with the object's GUID and SID as text (LDAP_SERVER_EXTENDED_DN_OID, §3.1.1.3.4.1.5, flag 1). */
export const extendedDn = (): Control => new ExtendedDnControl();

class ExtendedDnControl extends Control {
  constructor() {
    super('1.2.840.113556.1.4.529', { critical: true });
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new Writer();
    value.startSequence();
    value.writeInt(1);
    value.endSequence();
    writer.writeBuffer(value.buffer, Ber.OctetString);
  }
}
