/**
 * A function app that uses every feature of the local host. It tells what it saw through `context.log`, one JSON object per
 * call, so that tests in another process can wait for it.
 */
import {
  app,
  type HttpRequest,
  type HttpResponseInit,
  type InvocationContext,
  output,
  type Timer,
  trigger,
} from '@azure/functions';

app.setup({ enableHttpStream: process.env.APP_STREAMS === 'true' });

const toOne = output.serviceBusQueue({ connection: 'Bus', queueName: 'one' });
const toMany = output.serviceBusQueue({ connection: 'Bus', queueName: '%ManyQueue%' });

const tell = (context: InvocationContext, saw: string, facts: object = {}): void =>
  context.log(JSON.stringify({ saw, ...facts }));

app.hook.appStart(() => console.log('app starts'));
app.hook.appTerminate(() => console.log('app ends'));
app.hook.preInvocation((hook) => {
  hook.hookData.mark = hook.invocationContext.functionName;
});
app.hook.postInvocation((hook) => {
  if (hook.invocationContext.functionName !== 'boom') return;
  tell(hook.invocationContext, 'post', {
    mark: hook.hookData.mark,
    error: hook.error instanceof Error ? hook.error.name : undefined,
  });
});
app.hook.log((hook) => {
  hook.message = hook.message.replace('unhooked', 'hooked');
});

async function notify(request: HttpRequest, context: InvocationContext): Promise<HttpResponseInit> {
  const token = request.query.get('validationToken');
  if (token !== null) return { body: token, headers: { 'content-type': 'text/plain' } };
  const body: unknown = await request.json();
  const values = Array.isArray(body) ? body : [];
  tell(context, 'unhooked');
  context.extraOutputs.set(toOne, { first: values[0] });
  context.extraOutputs.set(toMany, values);
  return {
    status: 202,
    jsonBody: {
      count: values.length,
      params: request.params,
      header: request.headers.get('x-a'),
      trace: context.traceContext?.traceParent,
      url: request.url,
    },
    cookies: [{ name: 'c', value: 'v 1', httpOnly: true, sameSite: 'Strict', path: '/', maxAge: 60 }],
  };
}

app.http('notify', {
  methods: ['POST'],
  authLevel: 'function',
  route: 'notify/{client:alpha}/{id:int?}',
  extraOutputs: [toOne, toMany],
  handler: notify,
});
app.http('files', {
  methods: ['GET'],
  route: 'files/{*path}',
  handler: ({ params }) => ({ jsonBody: params }),
});
app.http('file-list', { methods: ['GET'], route: 'files/all', handler: () => ({ body: 'all files' }) });
app.http('guarded', { methods: ['GET'], authLevel: 'admin', handler: () => ({ body: 'guarded' }) });
app.http('size', {
  methods: ['POST'],
  handler: async (request) => ({ body: String((await request.arrayBuffer()).byteLength) }),
});
app.http('numbers', {
  methods: ['GET'],
  handler: (request) => ({
    headers: { 'content-type': 'text/plain' },
    body: numbers(Number(request.query.get('count')), request.query.has('wait')),
  }),
});
const goOn = Promise.withResolvers<void>();
app.http('go-on', {
  methods: ['POST'],
  handler: () => {
    goOn.resolve();
    return { status: 204 };
  },
});
app.http('boom', {
  methods: ['GET', 'POST'],
  handler: async (request) => {
    if (request.method === 'POST') await request.json();
    throw Object.assign(new Error('it broke; SharedAccessKey=hunter2'), { code: 'EBROKEN' });
  },
});
app.http('nothing', { methods: ['GET'], handler: () => ({ status: 204 }) });
app.generic('undefined', {
  trigger: trigger.http({ methods: ['GET'], authLevel: 'anonymous' }),
  return: output.http({}),
  handler: () => undefined,
});
app.http('slow', {
  methods: ['POST'],
  handler: async (request, context) => {
    tell(context, 'slow started');
    const ms = Number(await request.text());
    await new Promise((resolve) => setTimeout(resolve, ms));
    return { body: 'done' };
  },
});

/** `count` lines made as they are read. After the first one it waits for `POST /api/go-on` when `wait` is set. */
function numbers(count: number, wait: boolean): ReadableStream<Uint8Array> {
  let next = 0;
  return new ReadableStream({
    async pull(controller) {
      if (next === count) return controller.close();
      if (next === 1 && wait) await goOn.promise;
      controller.enqueue(new TextEncoder().encode(`${next++}\n`));
    },
  });
}

app.serviceBusQueue('one', {
  connection: 'Bus',
  queueName: 'one',
  return: output.serviceBusQueue({ connection: 'Bus', queueName: 'back' }),
  handler: async (message: { readonly ms?: number }, context) => {
    tell(context, 'one', { message, metadata: context.triggerMetadata, trace: context.traceContext });
    const { ms } = message;
    if (ms !== undefined) await new Promise((resolve) => setTimeout(resolve, ms));
    return `got ${JSON.stringify(message)}`;
  },
});
app.serviceBusQueue('many', {
  connection: 'Bus',
  queueName: '%ManyQueue%',
  cardinality: 'many',
  handler: (messages, context) => tell(context, 'many', { messages, metadata: context.triggerMetadata }),
});
app.serviceBusQueue('ordered', {
  connection: 'Bus',
  queueName: 'ordered',
  isSessionsEnabled: true,
  handler: async (message: { readonly step: number | string; readonly ms?: number }, context) => {
    const { step, ms } = message;
    const { sessionId, deliveryCount } = context.triggerMetadata ?? {};
    tell(context, 'ordered', { step, sessionId, deliveryCount });
    if (ms !== undefined) await new Promise((resolve) => setTimeout(resolve, ms));
    if (step === 'fail once' && deliveryCount === 1) throw new Error('first delivery fails');
    tell(context, 'ordered done', { step, sessionId });
  },
});
app.serviceBusQueue('poison', {
  connection: 'Bus',
  queueName: 'poison',
  handler: (_message, context) => {
    tell(context, 'poison', { deliveryCount: context.triggerMetadata?.deliveryCount });
    throw new Error('always');
  },
});
app.serviceBusTopic('copy', {
  connection: 'Bus',
  topicName: 'news',
  subscriptionName: 'all',
  handler: (message, context) => tell(context, 'copy', { message }),
});

let ticks = 0;
app.timer('tick', {
  schedule: '%TickSchedule%',
  runOnStartup: true,
  retry: { strategy: 'fixedDelay', delayInterval: { milliseconds: 0 }, maxRetryCount: 2 },
  handler: (timer: Timer, context) => {
    tell(context, 'tick', {
      isPastDue: timer.isPastDue,
      next: timer.scheduleStatus.next,
      retry: context.retryContext,
    });
    if (ticks++ === 0) throw new Error('first tick fails');
  },
});
app.timer('switched-off', {
  schedule: '0 0 0 1 1 *',
  runOnStartup: true,
  handler: (_timer, context) => tell(context, 'off'),
});
