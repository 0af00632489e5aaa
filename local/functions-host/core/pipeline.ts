import type { Hooks } from './hooks.ts';
import type {
  CoreInvocationContext,
  Invocation,
  InvocationOutcome,
  LogCategory,
  LogLevel,
  ProgrammingModel,
  RegisteredFunction,
} from './protocol.ts';

export type PipelineLog = (
  entry: { readonly level: LogLevel; readonly category: LogCategory; readonly message: string },
  source: { readonly function: string; readonly invocationId: string; readonly context: unknown },
) => void;

/**
 * One invocation in the order of the worker: arguments, `preInvocation` hooks (may replace inputs and handler), handler,
 * `postInvocation` hooks (may replace result and error), response. Rejects with the error that is left after the hooks.
 */
export async function runPipeline(
  model: ProgrammingModel,
  hooks: Hooks,
  log: PipelineLog,
  fn: RegisteredFunction,
  invocation: Invocation,
): Promise<InvocationOutcome> {
  const { invocationId } = invocation;
  let context: unknown;
  const core: CoreInvocationContext = {
    invocationId,
    metadata: fn.metadata,
    request: {
      inputData: [{ name: fn.triggerName, data: invocation.input }],
      triggerMetadata: invocation.triggerMetadata ?? {},
      traceContext: invocation.traceContext,
      retryContext: invocation.retryContext,
    },
    state: undefined,
    log: (level, category, message) =>
      log({ level, category, message }, { function: fn.name, invocationId, context }),
  };

  const invocationModel = model.getInvocationModel(core);
  const args = await invocationModel.getArguments();
  context = args.context;
  const hookData = {};

  const before = { hookData, invocationContext: context, inputs: args.inputs, functionCallback: fn.callback };
  core.state = 'preInvocationHooks';
  await hooks.run('preInvocation', before);

  const after: Record<string, unknown> = {
    hookData,
    invocationContext: context,
    inputs: before.inputs,
    result: null,
    error: null,
  };
  core.state = 'invocation';
  try {
    after.result = await invocationModel.invokeFunction(context, before.inputs, before.functionCallback);
  } catch (error) {
    after.error = error ?? new Error('The handler threw nothing (undefined or null).');
  }
  core.state = 'postInvocationHooks';
  await hooks.run('postInvocation', after);
  core.state = undefined;

  if (after.error !== null && after.error !== undefined) throw after.error;
  const { result } = after;
  return { response: await invocationModel.getResponse(context, result), result };
}
