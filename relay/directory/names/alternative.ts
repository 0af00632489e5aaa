import { Dn, ObjectGuid, Sid } from '../../../shared/domain/index.ts';
import { dnKey } from './dn.ts';
import { guidFromBytes } from './guid.ts';
import { sidFromBytes } from './sid.ts';

/**
 * `<GUID=…>` names an object wherever it stands (MS-ADTS §3.1.1.3.1.2.4): what is written by it can
 * not hit another object that has got the same DN meanwhile.
 */
export const guidDn = (guid: ObjectGuid): Dn => Dn.parse(`<GUID=${guid}>`);

/** `<SID=S-1-…>` names a security principal without a search. */
export const sidDn = (sid: Sid): Dn => Dn.parse(`<SID=${sid}>`);

/** What a DN in one of its three forms identifies an object by. */
export type Identity =
  | { readonly by: 'guid'; readonly guid: ObjectGuid }
  | { readonly by: 'sid'; readonly sid: Sid }
  | { readonly by: 'name'; readonly dn: Dn };

/** Tells the forms of a DN apart; GUIDs and SIDs may be written as text or as hexadecimal octets. */
export function identify(dn: Dn): Identity {
  const form = /^<(?<form>GUID|SID)=(?<value>[^>]+)>$/i.exec(dn)?.groups;
  if (form?.form?.toUpperCase() === 'GUID') return { by: 'guid', guid: guidFromText(form.value ?? '') };
  if (form?.form?.toUpperCase() === 'SID') return { by: 'sid', sid: sidFromText(form.value ?? '') };
  return { by: 'name', dn };
}

/** A text that is equal for two names of the same form that mean the same object. */
export function identityKey(dn: Dn): string {
  const identity = identify(dn);
  switch (identity.by) {
    case 'guid':
      return identity.guid;
    case 'sid':
      return identity.sid;
    case 'name':
      return dnKey(identity.dn);
  }
}

/** A DN as the extended-DN control returns it: `<GUID=…>;<SID=…>;CN=…` (MS-ADTS §3.1.1.3.4.1.5). */
export type ExtendedDn = { readonly dn: Dn; readonly guid: ObjectGuid; readonly sid: Sid | undefined };

/** @throws where the server did not extend the DN, because then the member cannot be told from another */
export function parseExtendedDn(text: string): ExtendedDn {
  const parts = /^<GUID=(?<guid>[^>]+)>;(?:<SID=(?<sid>[^>]+)>;)?(?<dn>.+)$/is.exec(text)?.groups;
  if (parts?.guid === undefined)
    throw new Error(`The server answered "${text}" without the GUID it was asked for.`);
  return {
    dn: Dn.parse(parts.dn),
    guid: guidFromText(parts.guid),
    sid: parts.sid === undefined ? undefined : sidFromText(parts.sid),
  };
}

function guidFromText(text: string): ObjectGuid {
  return text.includes('-') ? ObjectGuid.parse(text) : guidFromBytes(Buffer.from(text, 'hex'));
}

function sidFromText(text: string): Sid {
  return /^S-/i.test(text) ? Sid.parse(text.toUpperCase()) : sidFromBytes(Buffer.from(text, 'hex'));
}
