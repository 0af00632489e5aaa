/** What went wrong with the state. The message says what to do. */
export type StateErrorCode =
  | 'STATE_KEY_INVALID'
  | 'STATE_VALUE_INVALID'
  | 'STATE_VERSION_UNKNOWN'
  | 'STATE_UNREADABLE'
  | 'STATE_CONTENDED'
  | 'STATE_LOCATION_INVALID'
  | 'STATE_FILE_BROKEN';

export class StateError extends Error {
  readonly code: StateErrorCode;

  constructor(code: StateErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'StateError';
    this.code = code;
  }
}
