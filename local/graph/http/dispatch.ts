import { setTimeout as wait } from 'node:timers/promises';
import { errorOf, type Faults, faultHeader } from '../behaviour/faults.ts';
import type { Json } from '../tenant/objects.ts';
import { asGraphError, type CallIds, callIdsOf, errorReply } from './envelope.ts';
import type { Caller, Method, Reply, World } from './exchange.ts';
import { GraphError, invalidRequest } from './graph-error.ts';
import { segmentsOf } from './path.ts';
import { checkPermission } from './permissions.ts';
import type { createRouter } from './router.ts';
import { type Throttle, type Usage, unitsOf } from './throttle.ts';

/** A call before anything is known of it. */
export type Call = {
  readonly method: Method;
  /** Path and query, such as `/v1.0/groups?$top=5`. */
  readonly target: string;
  readonly header: (name: string) => string | undefined;
  readonly body: Json | undefined;
  readonly origin: string;
};

export type Answer = {
  readonly reply: Reply;
  readonly ids: CallIds;
  readonly usage: Usage | undefined;
  readonly cut?: 'start' | 'body';
};

/** Answers a call; `caller` is given for the parts of a batch, which was authenticated as a whole. */
export type Dispatch = (call: Call, caller?: Caller) => Promise<Answer>;

type Parts = {
  readonly world: World;
  readonly find: ReturnType<typeof createRouter>;
  readonly faults: Faults;
  readonly throttle: Throttle;
  readonly authenticate: (authorization: string | undefined) => Promise<Caller>;
};

export const createDispatch = ({ world, find, faults, throttle, authenticate }: Parts): Dispatch => {
  const enter = async (call: Call, caller: Caller | undefined, account: Account): Promise<Reply> => {
    const url = new URL(call.target, call.origin);
    const [version = '', ...segments] = segmentsOf(url.pathname);
    const routing = find(call.method, version === 'local' ? ['local', ...segments] : segments);
    account.route =
      routing.kind === 'found'
        ? `${call.method} ${routing.match.route.template}`
        : `${call.method} (unknown)`;

    const effect =
      version === 'local' ? undefined : faults(call.method, call.target, call.header(faultHeader));
    if (effect?.kind === 'slow') await wait(effect.ms);
    if (effect?.kind === 'cut') account.cut = effect.at;
    const fault = effect && errorOf(effect);
    if (fault) throw fault;

    const known = caller ?? (await authenticate(call.header('authorization')));
    if (version === 'local' && !known.isAdmin)
      throw new GraphError(403, 'Forbidden', '/local needs the admin token.');
    if (version !== 'v1.0' && version !== 'beta' && version !== 'local')
      throw invalidRequest(`Invalid version: ${version}.`, 'BadRequest');
    if (routing.kind === 'wrongMethod') {
      throw new GraphError(
        405,
        'Request_BadRequest',
        `Specified HTTP method is not allowed for the request target.`,
      );
    }
    if (routing.kind === 'unknown')
      throw invalidRequest(`Resource not found for the segment '${segments[0] ?? ''}'.`, 'BadRequest');

    const { route, parameters } = routing.match;
    checkPermission(known, call.method, route.template);
    const units = version === 'local' ? 0 : unitsOf(route, url.searchParams);
    if (units > 0) {
      const { enforce, retryAfter } = world.behaviour.settings.throttling;
      account.usage = { units, share: 1.8 };
      account.usage = throttle.count(known.appId, units, call.method !== 'GET', enforce, retryAfter);
    }
    const reply = await route.handle(
      {
        method: call.method,
        version: version === 'beta' ? 'beta' : 'v1.0',
        segments,
        parameters,
        target: call.target,
        query: url.searchParams,
        header: call.header,
        body: call.body,
        caller: known,
        origin: call.origin,
      },
      world,
    );
    return effect?.kind === 'emptyList' ? { ...reply, body: { value: [] } } : reply;
  };

  let sweptAt = Number.NEGATIVE_INFINITY;
  /** What falls due by the tenant's clock, at most once a second of it. */
  const keepTime = () => {
    const now = world.tenant.now();
    if (Math.abs(now - sweptAt) < 1_000) return;
    sweptAt = now;
    world.tenant.purgeExpired();
    world.notifications.keepTime();
  };

  return async (call, caller) => {
    keepTime();
    const ids = callIdsOf(call.header('client-request-id'));
    const account: Account = { route: '', usage: undefined, cut: undefined };
    const reply = await enter(call, caller, account).catch((thrown: unknown) =>
      errorReply(asGraphError(thrown), ids),
    );
    world.statistics.request(account.route, account.usage?.units ?? 0, reply.status);
    return { reply, ids, usage: account.usage, ...(account.cut ? { cut: account.cut } : {}) };
  };
};

/** What becomes known of a call while it is answered. */
type Account = { route: string; usage: Usage | undefined; cut: 'start' | 'body' | undefined };
