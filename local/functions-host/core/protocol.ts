/**
 * The contract between the Functions Node.js worker and `@azure/functions`, as far as version 4.16.5 uses it.
 * The library gets it from the virtual module `@azure/functions-core`, which npm does not have; the worker injects it
 * (source: `types-core/index.d.ts` in Azure/azure-functions-nodejs-library).
 */

export type LogLevel = 'trace' | 'debug' | 'information' | 'warning' | 'error' | 'critical' | 'none';
export type LogCategory = 'user' | 'system';

/** One binding of a function. Options depend on `type` and are validated by the trigger or output that serves it. */
export type Binding = {
  readonly type: string;
  readonly direction: 'in' | 'out';
  readonly [option: string]: unknown;
};

export type RetryOptions = {
  /** -1 means for ever. */
  readonly maxRetryCount: number;
  readonly retryStrategy: string;
  readonly delayInterval?: { readonly seconds: number } | undefined;
  readonly minimumInterval?: { readonly seconds: number } | undefined;
  readonly maximumInterval?: { readonly seconds: number } | undefined;
};

export type FunctionMetadata = {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly retryOptions?: RetryOptions | undefined;
};

export type FunctionCallback = (...args: readonly unknown[]) => unknown;

/** A registered function with its trigger taken out of the bindings. */
export type RegisteredFunction = {
  readonly name: string;
  readonly metadata: FunctionMetadata;
  readonly trigger: Binding;
  readonly triggerName: string;
  readonly callback: FunctionCallback;
};

type Nullable<T> = Readonly<Record<string, { readonly value: T }>>;

export type HttpRequestData = {
  readonly method: string;
  readonly url: string;
  readonly nullableHeaders: Nullable<string>;
  readonly nullableParams: Nullable<string>;
  readonly nullableQuery: Nullable<string>;
  readonly body: { readonly bytes: Uint8Array };
};

export type CookieData = {
  readonly name: string;
  readonly value: string;
  readonly domain?: { readonly value: string } | undefined;
  readonly path?: { readonly value: string } | undefined;
  readonly expires?: { readonly value: { readonly seconds: number } } | undefined;
  readonly secure?: { readonly value: boolean } | undefined;
  readonly httpOnly?: { readonly value: boolean } | undefined;
  readonly sameSite?: 'none' | 'lax' | 'strict' | 'explicitNone' | undefined;
  readonly maxAge?: { readonly value: number } | undefined;
};

export type HttpResponseData = {
  readonly statusCode?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly cookies?: readonly CookieData[];
  readonly body?: { readonly bytes?: Uint8Array } | null | undefined;
};

/** A value on its way between host and handler. At most one member is set; none means null. */
export type TypedData = {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Uint8Array;
  readonly int?: number;
  readonly double?: number;
  readonly http?: HttpRequestData | HttpResponseData | Readonly<Record<string, never>>;
  readonly collectionString?: { readonly string: readonly string[] };
  readonly collectionBytes?: { readonly bytes: readonly Uint8Array[] };
};

export type TraceContext = { readonly traceParent: string; readonly traceState?: string };

export type RetryContext = {
  readonly retryCount: number;
  readonly maxRetryCount: number;
  readonly exception?: { readonly message: string };
};

/** What a trigger hands to the pipeline: the input and all that is known about it. */
export type Invocation = {
  readonly invocationId: string;
  readonly input: TypedData;
  readonly triggerMetadata?: Readonly<Record<string, TypedData>>;
  readonly traceContext?: TraceContext;
  readonly retryContext?: RetryContext;
};

export type InvocationResponse = {
  readonly returnValue?: (TypedData & { readonly http?: HttpResponseData }) | null | undefined;
  readonly outputData?: readonly { readonly name: string; readonly data: TypedData }[];
};

/** The response together with what the handler returned, as it left the `postInvocation` hooks. */
export type InvocationOutcome = { readonly response: InvocationResponse; readonly result: unknown };

/** The library's own half of one invocation: it converts the input, calls the handler and converts the result. */
export type InvocationModel = {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], handler: FunctionCallback): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<InvocationResponse>;
};

export type ProgrammingModel = {
  getInvocationModel(context: CoreInvocationContext): InvocationModel;
  getCapabilities(defaults: Record<string, string>): Promise<Readonly<Record<string, string>>>;
};

export type CoreInvocationContext = {
  readonly invocationId: string;
  readonly metadata: FunctionMetadata;
  readonly request: {
    readonly inputData: readonly { readonly name: string; readonly data: TypedData }[];
    readonly triggerMetadata: Readonly<Record<string, TypedData>>;
    readonly traceContext: TraceContext | undefined;
    readonly retryContext: RetryContext | undefined;
  };
  /** The library reads it to tell a log call of a hook from one made after the invocation ended. */
  state: 'preInvocationHooks' | 'invocation' | 'postInvocationHooks' | undefined;
  log(level: LogLevel, category: LogCategory, message: string): void;
};

export type HookCallback = (context: Record<string, unknown>) => unknown;
export type Disposable = { dispose(): void };

/** The four members of `@azure/functions-core` that the library calls. */
export type CoreModule = {
  registerFunction(metadata: FunctionMetadata, callback: FunctionCallback): Disposable;
  registerHook(name: string, callback: HookCallback): Disposable;
  setProgrammingModel(model: ProgrammingModel): void;
  log(level: LogLevel, category: LogCategory, message: string): void;
};
