/** AD over LDAPS, as the relay needs it. */
export type { Applied, Directory, ObserveRequest } from './directory.ts';
export {
  DirectoryError,
  type DirectoryErrorCode,
  type DirectoryErrorKind,
  directoryErrorCodes,
  type Retry,
} from './errors/directory-error.ts';
export { guidDn, identify, sidDn } from './names/alternative.ts';
export { guidFromBytes, guidToBytes } from './names/guid.ts';
export { sidFromBytes, sidToBytes } from './names/sid.ts';
export { openDirectory } from './open-directory.ts';
export type { DirectoryEvent, DirectorySettings } from './settings.ts';
