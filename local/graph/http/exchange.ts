import type { Behaviour } from '../behaviour/behaviour.ts';
import type { Draw } from '../behaviour/chance.ts';
import type { View } from '../behaviour/lagging-view.ts';
import type { NotificationService } from '../notifications/service.ts';
import type { Version } from '../odata/schema.ts';
import type { Json } from '../tenant/objects.ts';
import type { Tenant } from '../tenant/tenant.ts';
import type { Statistics } from './statistics.ts';

export type Method = 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';

/** Who calls: what a valid token says of its bearer. */
export type Caller = {
  readonly appId: string;
  /** Object id of the app's service principal or of the user; the app id when absent. */
  readonly objectId?: string;
  /** The application permissions in the token; absent: everything is allowed. */
  readonly roles?: readonly string[];
  /** True for the static admin token, which may also use `/local`. */
  readonly isAdmin?: boolean;
  /** True for a token of a person rather than of an application. */
  readonly isDelegated?: boolean;
};

/** One call of Graph, from the network or from inside a `$batch`. */
export type GraphRequest = {
  readonly method: Method;
  readonly version: Version;
  /** Decoded path segments after the version, with keys in brackets as segments of their own. */
  readonly segments: readonly string[];
  /** Values of the `{names}` in the route's template. */
  readonly parameters: Readonly<Record<string, string>>;
  /** Path and query as called, from `/v1.0` on. */
  readonly target: string;
  readonly query: URLSearchParams;
  /** A header by its lower-case name. */
  readonly header: (name: string) => string | undefined;
  readonly body: Json | undefined;
  readonly caller: Caller;
  /** `https://host:port` as the caller named it, so that links lead back the same way. */
  readonly origin: string;
};

export type Reply = {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Json;
  readonly text?: string;
};

/** What every route can reach. */
export type World = {
  readonly tenant: Tenant;
  readonly view: View;
  readonly behaviour: Behaviour;
  readonly notifications: NotificationService;
  readonly statistics: Statistics;
  readonly feedDraw: Draw;
};

export type Handler = (request: GraphRequest, world: World) => Reply | Promise<Reply>;

export const ok = (body: Json): Reply => ({ status: 200, body });
export const created = (body: Json): Reply => ({ status: 201, body });
export const noContent: Reply = { status: 204 };

/** The `@odata.context` of an answer. */
export const contextOf = ({ origin, version }: GraphRequest, fragment: string): string =>
  `${origin}/${version}/$metadata#${fragment}`;

/** The text of a selection as Graph repeats it in contexts: `groups` or `groups(id,displayName)`. */
export const selected = (collection: string, select: string | null): string =>
  select ? `${collection}(${select})` : collection;
