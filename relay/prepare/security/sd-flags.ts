import { Ber, type BerWriter, Control, BerWriter as Writer } from 'ldapts';

/** OWNER_SECURITY_INFORMATION and DACL_SECURITY_INFORMATION (MS-ADTS §3.1.1.3.4.1.11). */
const parts = { owner: 0x1, dacl: 0x4 } as const;

/**
 * Reads or writes nothing of nTSecurityDescriptor but the DACL (LDAP_SERVER_SD_FLAGS_OID). Without it AD would
 * want the right to read the SACL, and a write would have to carry an owner.
 */
export const daclOnly = (): Control => new SdFlagsControl(parts.dacl);

/** Writes nothing but the owner. */
export const ownerOnly = (): Control => new SdFlagsControl(parts.owner);

class SdFlagsControl extends Control {
  readonly #flags: number;

  constructor(flags: number) {
    super('1.2.840.113556.1.4.801', { critical: true });
    this.#flags = flags;
  }

  protected override writeControl(writer: BerWriter): void {
    const value = new Writer();
    value.startSequence();
    value.writeInt(this.#flags);
    value.endSequence();
    writer.writeBuffer(value.buffer, Ber.OctetString);
  }
}
