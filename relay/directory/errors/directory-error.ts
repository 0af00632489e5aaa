/** What kind of trouble it is; callers decide by it. */
export type DirectoryErrorKind =
  | 'unreachable'
  | 'untrusted'
  | 'credentials'
  | 'refused'
  | 'busy'
  | 'lost'
  | 'conflict'
  | 'schema'
  | 'notFound'
  | 'unwilling'
  | 'constraint'
  | 'soaEnforced'
  | 'tooLarge';

/**
 * Whether trying again can help. `later`: the same call may succeed when the trouble is over. `never`: somebody must
 * change something first. `observe`: AD is not as the plan took it to be; look again and make a new plan.
 */
export type Retry = 'later' | 'never' | 'observe';

export type DirectoryErrorDetails = {
  readonly kind: DirectoryErrorKind;
  /** Stable and public; see {@link directoryErrorCodes}. */
  readonly code: DirectoryErrorCode;
  readonly retry: Retry;
  /** What happened, about which object, what the server said, and what to do. Never holds a password. */
  readonly message: string;
  /** LDAP result code (RFC 4511 appendix A), where the server answered. */
  readonly resultCode?: number | undefined;
  /** The Win32 code with which AD begins its text, eight hexadecimal digits such as 00000562. */
  readonly adCode?: string | undefined;
  /** The server's own words, where there are any and the request carried no password. */
  readonly said?: string | undefined;
  /** `unknown`: the write may have been applied although no answer came. */
  readonly applied?: 'no' | 'unknown';
  /** Milliseconds before which trying again is pointless. */
  readonly retryAfterMs?: number | undefined;
  readonly cause?: unknown;
};

/** All that can go wrong between the relay and AD. */
export class DirectoryError extends Error {
  override readonly name = 'DirectoryError';
  readonly kind: DirectoryErrorKind;
  readonly code: DirectoryErrorCode;
  readonly retry: Retry;
  readonly resultCode: number | undefined;
  readonly adCode: string | undefined;
  readonly said: string | undefined;
  readonly applied: 'no' | 'unknown';
  readonly retryAfterMs: number | undefined;

  constructor(details: DirectoryErrorDetails) {
    super(details.message, { cause: details.cause });
    this.kind = details.kind;
    this.code = details.code;
    this.retry = details.retry;
    this.resultCode = details.resultCode;
    this.adCode = details.adCode;
    this.said = details.said;
    this.applied = details.applied ?? 'no';
    this.retryAfterMs = details.retryAfterMs;
  }
}

/** Every code with its kind, whether to try again, and what a person does about it. */
export const directoryErrorCodes = {
  UNREACHABLE: {
    kind: 'unreachable',
    retry: 'later',
    remedy: 'Check name, port and firewall between the relay and the domain controllers.',
  },
  NOT_TLS: {
    kind: 'unreachable',
    retry: 'later',
    remedy: 'Use ldaps:// with port 636, or ldap:// with port 389, where the relay asks for StartTLS.',
  },
  CA_FILE_UNREADABLE: {
    kind: 'untrusted',
    retry: 'later',
    remedy:
      'Set caFile to a PEM file with the certificate of the authority that signed the domain controllers.',
  },
  CERTIFICATE_ISSUER_UNKNOWN: {
    kind: 'untrusted',
    retry: 'later',
    remedy: 'Put the certificate of the authority that signed it (and of those in between) into caFile.',
  },
  CERTIFICATE_WRONG_HOST: {
    kind: 'untrusted',
    retry: 'later',
    remedy: 'Use one of the names of the certificate in the URL, or set serverName to it.',
  },
  CERTIFICATE_EXPIRED: {
    kind: 'untrusted',
    retry: 'later',
    remedy: 'Renew the certificate of the domain controller, or of the authority that signed it.',
  },
  CERTIFICATE_NOT_YET_VALID: {
    kind: 'untrusted',
    retry: 'later',
    remedy: 'Compare the clocks of the relay and the domain controller.',
  },
  CERTIFICATE_REJECTED: {
    kind: 'untrusted',
    retry: 'later',
    remedy: 'Look at the certificate with: openssl s_client -showcerts -connect <host>:636',
  },
  CREDENTIALS_REJECTED: {
    kind: 'credentials',
    retry: 'later',
    remedy:
      'Correct bindDn or the password in relay.yaml; the relay waits between attempts so as not to lock the account.',
  },
  ENCRYPTION_REQUIRED: {
    kind: 'credentials',
    retry: 'never',
    remedy: 'The domain controller takes passwords only over TLS: use ldaps:// or StartTLS.',
  },
  ACCESS_DENIED: {
    kind: 'refused',
    retry: 'never',
    remedy:
      'entra-writeback check shows which rights the relay account lacks, and entra-writeback prepare grants them.',
  },
  SOURCE_OF_AUTHORITY: {
    kind: 'soaEnforced',
    retry: 'never',
    remedy: 'Put the SID of the relay account on the SOA policy (CN=Cloud,CN=SOA-Policies,CN=System).',
  },
  BUSY: {
    kind: 'busy',
    retry: 'later',
    remedy: 'The relay tries again; look at the load of the domain controller.',
  },
  UNAVAILABLE: {
    kind: 'busy',
    retry: 'later',
    remedy: 'The relay goes to another domain controller where it knows one.',
  },
  TIME_LIMIT: {
    kind: 'busy',
    retry: 'later',
    remedy: 'Look at the load of the domain controller, or raise timeoutMs.',
  },
  CHANGED_MEANWHILE: {
    kind: 'busy',
    retry: 'later',
    remedy: 'Somebody changed the group while its members were read; the relay reads them again.',
  },
  TIMED_OUT: {
    kind: 'lost',
    retry: 'later',
    remedy: 'Look at the load of the domain controller, or raise timeoutMs.',
  },
  CONNECTION_LOST: {
    kind: 'lost',
    retry: 'later',
    remedy: 'The relay connects again; look at the network if it happens often.',
  },
  CLOSED: { kind: 'lost', retry: 'never', remedy: 'The relay is shutting down.' },
  ENTRY_EXISTS: {
    kind: 'conflict',
    retry: 'observe',
    remedy: 'Another object has this name: rename one of the two, or claim the existing one.',
  },
  NAME_IN_USE: {
    kind: 'conflict',
    retry: 'observe',
    remedy:
      'Another object has this sAMAccountName or user principal name: rename one of the two, or change the name template.',
  },
  VALUE_CONFLICT: {
    kind: 'conflict',
    retry: 'observe',
    remedy: 'A value that must be unique or single is there already; look at the object in AD.',
  },
  SCHEMA: {
    kind: 'schema',
    retry: 'never',
    remedy: 'The schema of this forest does not allow it; entra-writeback check says which level it has.',
  },
  NOT_FOUND: {
    kind: 'notFound',
    retry: 'observe',
    remedy: 'The object was moved or deleted meanwhile; the relay looks again.',
  },
  PARENT_NOT_FOUND: {
    kind: 'notFound',
    retry: 'never',
    remedy: 'Create the organisational unit (entra-writeback prepare), or correct `ou` in the policy.',
  },
  OTHER_DOMAIN: {
    kind: 'notFound',
    retry: 'never',
    remedy: 'The object belongs to another domain: give the relay a domain controller of that domain.',
  },
  UNWILLING: { kind: 'unwilling', retry: 'never', remedy: 'The message of AD says why.' },
  PASSWORD_POLICY: {
    kind: 'unwilling',
    retry: 'never',
    remedy:
      'AD enables an account only when it has a password that meets the policy: set one, or start it disabled.',
  },
  DEBUG_LOG_SHOWS_SECRETS: {
    kind: 'unwilling',
    retry: 'never',
    remedy: 'Take ldapts out of the environment variable NODE_DEBUG.',
  },
  CONSTRAINT: {
    kind: 'constraint',
    retry: 'never',
    remedy:
      'A value is too long, not of its syntax, or not legal here; correct it in the cloud or in the policy.',
  },
  TOO_LARGE: {
    kind: 'tooLarge',
    retry: 'never',
    remedy:
      'Lower pageSize or memberChunk below the limits of the domain controller (ntdsutil, LDAP policies).',
  },
  GLOBAL_CATALOG: {
    kind: 'busy',
    retry: 'later',
    remedy:
      'Name a global catalog of the forest in globalCatalogs of relay.yaml, such as ldaps://dc1.corp.example:3269.',
  },
  INCOMPLETE: {
    kind: 'tooLarge',
    retry: 'never',
    remedy:
      'The domain controller gave only part of the answer, and the relay does not act on part of an answer.',
  },
} as const satisfies Record<string, { kind: DirectoryErrorKind; retry: Retry; remedy: string }>;

export type DirectoryErrorCode = keyof typeof directoryErrorCodes;

/** An error of this code, with kind, retry and remedy from the table unless they are given. */
export function directoryError(
  code: DirectoryErrorCode,
  happened: string,
  more: Partial<Omit<DirectoryErrorDetails, 'code' | 'kind' | 'message'>> = {},
): DirectoryError {
  const { kind, retry, remedy } = directoryErrorCodes[code];
  return new DirectoryError({ kind, code, retry, message: `${happened} ${remedy}`, ...more });
}
