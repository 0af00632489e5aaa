/**
 * Bits of the access mask of directory objects (MS-ADTS §5.1.3.2), by their letters in SDDL
 * (MS-DTYP §2.5.1.1): create and delete child, list, read and write property, extended right, delete,
 * read and write of the security descriptor, write of the owner.
 */
export const rightBits = {
  CC: 0x1,
  DC: 0x2,
  LC: 0x4,
  RP: 0x10,
  WP: 0x20,
  CR: 0x100,
  SD: 0x10000,
  RC: 0x20000,
  WD: 0x40000,
  WO: 0x80000,
} as const;

export type Right = keyof typeof rightBits;

const allRights: readonly Right[] = ['CC', 'DC', 'LC', 'RP', 'WP', 'CR', 'SD', 'RC', 'WD', 'WO'];

export const maskOf = (rights: readonly Right[]): number =>
  rights.reduce((mask, right) => mask | rightBits[right], 0);

/** The letters of a mask, in the order of the bits. Bits without a letter here are left out. */
export const lettersOf = (mask: number): string =>
  allRights.filter((right) => (mask & rightBits[right]) !== 0).join('');

/** Flags of an entry that say where it counts (MS-DTYP §2.4.4.1, AceFlags). */
export const inheritance = {
  /** Objects below get the entry too. */
  containers: 0x2,
  /** Only objects directly below, not those below them. */
  noPropagate: 0x4,
  /** Only objects below, not the object on which it stands. */
  inheritOnly: 0x8,
  /** It came from above and is not written here. */
  inherited: 0x10,
} as const;
