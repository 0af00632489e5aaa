import { Dn } from '../../../shared/domain/index.ts';

/** CN=Deleted Objects of the domain by its well-known GUID, GUID_DELETED_OBJECTS_CONTAINER_W (MS-ADTS §6.1.1.4). */
export const deletedObjectsOf = (baseDn: Dn): Dn =>
  Dn.parse(`<WKGUID=18E2EA80684F11D2B9AA00C04F79F805,${baseDn}>`);
