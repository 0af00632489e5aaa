/** Why a forest cannot be prepared as asked. Stable and public. */
export type PrepareErrorCode =
  | 'ACCOUNT_NOT_FOUND'
  | 'ACCOUNT_AMBIGUOUS'
  | 'ACCOUNT_UNSUITABLE'
  | 'NO_CONTAINER'
  | 'NOT_A_DN'
  | 'SCHEMA_TOO_OLD'
  | 'UNKNOWN_ATTRIBUTE'
  | 'NOT_A_CONTAINER'
  | 'CANNOT_CREATE'
  | 'SEVERAL_DEVICE_SERVICES'
  | 'DEVICE_SERVICE_INCOMPLETE'
  | 'DACL_HIDDEN'
  | 'NOT_TAKEN';

/** Something that a person must decide or mend before a forest can be prepared. */
export class PrepareError extends Error {
  override readonly name = 'PrepareError';
  readonly code: PrepareErrorCode;
  readonly remedy: string;

  constructor(code: PrepareErrorCode, happened: string, remedy: string) {
    super(`${happened} ${remedy}`);
    this.code = code;
    this.remedy = remedy;
  }
}
