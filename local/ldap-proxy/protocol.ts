/** Application tags of LDAP operations (RFC 4511 §4.2 to §4.12). */
export const tags = {
  bindRequest: 0x60,
  bindResponse: 0x61,
  unbindRequest: 0x42,
  searchRequest: 0x63,
  searchEntry: 0x64,
  searchDone: 0x65,
  searchReference: 0x73,
  modifyRequest: 0x66,
  modifyResponse: 0x67,
  addRequest: 0x68,
  addResponse: 0x69,
  deleteRequest: 0x4a,
  deleteResponse: 0x6b,
  renameRequest: 0x6c,
  renameResponse: 0x6d,
  compareRequest: 0x6e,
  compareResponse: 0x6f,
  abandonRequest: 0x50,
  extendedRequest: 0x77,
  extendedResponse: 0x78,
  controls: 0xa0,
} as const;

/** What a client can ask for, by the names that counters and faults use. */
export type OperationName =
  | 'bind'
  | 'unbind'
  | 'search'
  | 'modify'
  | 'add'
  | 'delete'
  | 'rename'
  | 'compare'
  | 'abandon'
  | 'extended';

export const operationOfTag: Readonly<Record<number, OperationName>> = {
  [tags.bindRequest]: 'bind',
  [tags.unbindRequest]: 'unbind',
  [tags.searchRequest]: 'search',
  [tags.modifyRequest]: 'modify',
  [tags.addRequest]: 'add',
  [tags.deleteRequest]: 'delete',
  [tags.renameRequest]: 'rename',
  [tags.compareRequest]: 'compare',
  [tags.abandonRequest]: 'abandon',
  [tags.extendedRequest]: 'extended',
};

/** The tag of the answer that ends each operation; unbind and abandon have none. */
export const responseTagOf: Readonly<Partial<Record<OperationName, number>>> = {
  bind: tags.bindResponse,
  search: tags.searchDone,
  modify: tags.modifyResponse,
  add: tags.addResponse,
  delete: tags.deleteResponse,
  rename: tags.renameResponse,
  compare: tags.compareResponse,
  extended: tags.extendedResponse,
};

/** An attribute with its values as octets. */
export type RawAttribute = { readonly name: string; readonly values: readonly Buffer[] };

export type RawChange = RawAttribute & { readonly operation: 'add' | 'delete' | 'replace' };

/** The answer to an operation (LDAPResult, RFC 4511 §4.1.9). */
export type Result = { readonly resultCode: number; readonly text: string; readonly referral?: string };

export const success = 0;
