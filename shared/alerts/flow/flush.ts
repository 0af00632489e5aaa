import { momentOf } from '../../domain/index.ts';
import { inParallel } from '../../state/in-parallel.ts';
import type { AlertConfig, Route } from '../config/schema.ts';
import { allRoutes } from '../route/choose-routes.ts';
import { planDelivery } from '../route/plan-delivery.ts';
import { ripeTasks } from '../route/ripe.ts';
import { type Task, tasksOf } from '../route/tasks.ts';
import type { AlertRecord } from '../state/alert-record.ts';
import { passKey } from '../state/pass.ts';
import { reportChannels } from './channel-health.ts';
import { deliver } from './deliver.ts';
import type { AlertDeps } from './deps.ts';
import { tidy } from './tidy.ts';

/**
 * One pass over the alerts, every few seconds: continues what is on its way, then tells what is ripe.
 * Passes may overlap or end anywhere; nothing is told twice or lost by that.
 *
 * @throws the first error, after everything else was done nevertheless
 */
export async function flush(deps: AlertDeps): Promise<void> {
  const { config, problem } = await deps.config();
  await inTurn([
    ...(config ? [() => tell(config, deps), () => reportChannels(config, deps)] : []),
    () => reportFile(problem, deps),
    ...(config ? [() => tidy(config, deps)] : []),
  ]);
}

/** One thing that goes wrong must not keep the others from being done. */
async function inTurn(steps: readonly (() => Promise<void>)[]): Promise<void> {
  const errors: unknown[] = [];
  for (const step of steps) await step().catch((error: unknown) => errors.push(error));
  if (errors.length > 0) throw errors[0];
}

async function tell(config: AlertConfig, deps: AlertDeps): Promise<void> {
  const routes = allRoutes(config);
  await inTurn([
    () => deliverAll(routes, config, deps),
    async () => deliverAll(await plan(routes, config, deps), config, deps),
  ]);
}

/** All routes at a time; one that goes wrong does not keep the others from being told. */
async function deliverAll(routes: readonly Route[], config: AlertConfig, deps: AlertDeps): Promise<void> {
  const done = await Promise.allSettled(routes.map((route) => deliver(route, config, deps)));
  const wrong = done.find(({ status }) => status === 'rejected');
  if (wrong?.status === 'rejected') throw wrong.reason;
}

/** Plans a message for each route that has none on its way and something ripe; answers these routes. */
async function plan(
  routes: readonly Route[],
  config: AlertConfig,
  deps: AlertDeps,
): Promise<readonly Route[]> {
  // Read before the alerts are: a message that another pass plans meanwhile makes the saving below fail.
  const standing = await Promise.all(
    routes.map(async (route) => ({ route, loaded: await deps.routes.read(route.route) })),
  );
  const tasks = await allTasks(config, deps);
  const planned = await Promise.all(
    standing.map(async ({ route, loaded }) => {
      if (loaded?.value.delivery) return undefined;
      const own = tasks.filter((task) => task.route.route === route.route);
      const ripe = ripeTasks(own, loaded?.value.last, deps.now());
      const delivery = planDelivery(ripe, deps.newId(), deps.now());
      if (!delivery) return undefined;
      const record = { ...loaded?.value, delivery };
      const saved = await deps.routes.save(route.route, record, loaded?.when ?? 'absent');
      return saved === 'stored' ? route : undefined;
    }),
  );
  return planned.filter((route) => route !== undefined);
}

/** Everything that is still to be told. What is over and told is closed. */
async function allTasks(config: AlertConfig, deps: AlertDeps): Promise<readonly Task[]> {
  const now = deps.now();
  const all: Task[] = [];
  const over: AlertRecord[] = [];
  for await (const { value: record } of deps.alerts.list()) {
    const tasks = tasksOf(record, config, now);
    all.push(...tasks);
    if (record.resolvedAt && tasks.length === 0) over.push(record);
  }
  await inParallel(over, (record) => close(record, deps));
  return all;
}

/** First the note that it is done, so that a notice that comes late finds one or the other. */
async function close({ incidentId }: AlertRecord, deps: AlertDeps): Promise<void> {
  await deps.done.save(incidentId, { at: momentOf(deps.now()) }, 'any');
  await deps.alerts.remove(incidentId);
}

/** What is wrong with alerts.yaml is a violation of its own. */
async function reportFile(problem: string | undefined, deps: AlertDeps): Promise<void> {
  const known = (await deps.pass.read(passKey))?.value.problem;
  if (known === problem) return;
  if (problem === undefined) await deps.resolve('ALERTS_FILE_INVALID', 'alerts.yaml');
  else {
    deps.log('alerts.fileInvalid', { message: problem }, 'error');
    await deps.raise('ALERTS_FILE_INVALID', 'alerts.yaml', problem);
  }
  await deps.pass.update(passKey, ({ problem: _, ...pass } = {}) => ({
    ...pass,
    ...(problem !== undefined && { problem }),
  }));
}
