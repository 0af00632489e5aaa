/** An error that leaves the server in Graph's envelope. */
export class GraphError extends Error {
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.name = 'GraphError';
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const invalidRequest = (message: string, code = 'Request_BadRequest'): GraphError =>
  new GraphError(400, code, message);

export const unsupportedQuery = (message: string): GraphError =>
  invalidRequest(message, 'Request_UnsupportedQuery');

export const forbidden = (message = 'Insufficient privileges to complete the operation.'): GraphError =>
  new GraphError(403, 'Authorization_RequestDenied', message);

/** How Exchange refuses behind Graph. */
export const accessDenied = (): GraphError =>
  new GraphError(403, 'ErrorAccessDenied', 'Access is denied. Check credentials and try again.');

/** A request body beyond what Graph takes. */
export const tooLarge = (): GraphError =>
  new GraphError(413, 'RequestEntityTooLarge', 'The maximum request length supported is 4MB.');

/** The 404 that Graph answers both for what never was and for what a replica has not heard of. */
export const notFound = (id: string): GraphError =>
  new GraphError(
    404,
    'Request_ResourceNotFound',
    `Resource '${id}' does not exist or one of its queried reference-property objects are not present.`,
  );

export const unauthorized = (message: string): GraphError =>
  new GraphError(401, 'InvalidAuthenticationToken', message, {
    'www-authenticate':
      'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="00000003-0000-0000-c000-000000000000"',
  });

const defaultCodes: Readonly<Record<number, string>> = {
  401: 'InvalidAuthenticationToken',
  403: 'Authorization_RequestDenied',
  404: 'Request_ResourceNotFound',
  409: 'Conflict',
  410: 'resyncRequired',
  429: 'TooManyRequests',
  500: 'InternalServerError',
  501: 'NotImplemented',
  502: 'BadGateway',
  503: 'ServiceUnavailable',
  504: 'GatewayTimeout',
};

/** The code that Graph usually gives with a status. */
export const codeOfStatus = (status: number): string => defaultCodes[status] ?? 'Request_BadRequest';
