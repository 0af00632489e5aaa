import { type DirectoryError, type DirectoryErrorCode, directoryError } from '../errors/directory-error.ts';
import type { Endpoint } from './endpoint.ts';

/** What OpenSSL and Node call each fault of a certificate (X509_V_ERR_…), as our code and in words. */
const certificateFaults: Readonly<Record<string, readonly [DirectoryErrorCode, string]>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: [
    'CERTIFICATE_ISSUER_UNKNOWN',
    'it is signed by itself, and not among those to trust',
  ],
  SELF_SIGNED_CERT_IN_CHAIN: [
    'CERTIFICATE_ISSUER_UNKNOWN',
    'the authority at the end of its chain is not trusted',
  ],
  UNABLE_TO_GET_ISSUER_CERT: ['CERTIFICATE_ISSUER_UNKNOWN', 'the authority that issued it is not known'],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: [
    'CERTIFICATE_ISSUER_UNKNOWN',
    'the authority that issued it is not known',
  ],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: [
    'CERTIFICATE_ISSUER_UNKNOWN',
    'the authority that issued it is not known',
  ],
  CERT_UNTRUSTED: ['CERTIFICATE_ISSUER_UNKNOWN', 'its authority is not trusted'],
  CERT_HAS_EXPIRED: ['CERTIFICATE_EXPIRED', 'its validity (notAfter) has ended'],
  CERT_NOT_YET_VALID: ['CERTIFICATE_NOT_YET_VALID', 'its validity (notBefore) has not begun'],
  CERT_REVOKED: ['CERTIFICATE_REJECTED', 'it is revoked'],
  INVALID_PURPOSE: ['CERTIFICATE_REJECTED', 'its extended key usage does not include server authentication'],
  INVALID_CA: [
    'CERTIFICATE_REJECTED',
    'an authority in its chain may not sign certificates (basicConstraints)',
  ],
  CERT_SIGNATURE_FAILURE: ['CERTIFICATE_REJECTED', 'its signature is wrong'],
  EE_KEY_TOO_SMALL: ['CERTIFICATE_REJECTED', 'its key is too short'],
  CA_MD_TOO_WEAK: ['CERTIFICATE_REJECTED', 'the hash of its signature is too weak'],
};

/** The error for a connection that could not be made. */
export function connectFailure(endpoint: Endpoint, cause: unknown): DirectoryError {
  const code = codeOf(cause);
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return wrongHost(endpoint, cause);
  const fault = certificateFaults[code];
  if (fault !== undefined) {
    return directoryError(
      fault[0],
      `The certificate of ${endpoint.url} is not accepted: ${fault[1]} (${code}).`,
      {
        cause,
      },
    );
  }
  const words = cause instanceof Error ? cause.message : String(cause);
  if (/^ERR_SSL_|^EPROTO$/.test(code)) {
    return directoryError('NOT_TLS', `${endpoint.url} does not speak TLS there (${code}).`, { cause });
  }
  return directoryError('UNREACHABLE', `${endpoint.url} cannot be reached: ${words}.`, { cause });
}

function wrongHost(endpoint: Endpoint, cause: unknown): DirectoryError {
  const names = nameList(cause);
  return directoryError(
    'CERTIFICATE_WRONG_HOST',
    `The certificate of ${endpoint.url} is for other names (subjectAltName: ${names}).`,
    { cause },
  );
}

/** Node puts the certificate on the error. */
function nameList(cause: unknown): string {
  if (typeof cause !== 'object' || cause === null || !('cert' in cause)) return 'none';
  const { cert } = cause;
  if (typeof cert !== 'object' || cert === null || !('subjectaltname' in cert)) return 'none';
  return String(cert.subjectaltname ?? 'none');
}

function codeOf(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : '';
}
