import { momentOf } from '../../domain/index.ts';
import type { AlertConfig } from '../config/schema.ts';
import { allRoutes } from '../route/choose-routes.ts';
import { passKey } from '../state/pass.ts';
import { compareWithIncidents } from './compare.ts';
import { settle } from './deliver.ts';
import type { AlertDeps } from './deps.ts';

const compareEveryMs = 5 * 60_000;
const pruneEveryMs = 6 * 3_600_000;
/** As long as a message can stay on a queue: no notice of a closed alert comes later. */
const keepClosedMs = 15 * 86_400_000;

/** The slower work of a pass, each part when its time has come. */
export async function tidy(config: AlertConfig, deps: AlertDeps): Promise<void> {
  const { comparedAt, prunedAt } = (await deps.pass.read(passKey))?.value ?? {};
  const now = deps.now();
  const isDue = (last: string | undefined, every: number): boolean =>
    !last || now.getTime() - Date.parse(last) >= every;
  const at = momentOf(now);
  if (isDue(comparedAt, compareEveryMs)) {
    await compareWithIncidents(deps);
    await forgetRoutes(config, deps);
    await deps.pass.update(passKey, (pass) => ({ ...pass, comparedAt: at }));
  }
  if (isDue(prunedAt, pruneEveryMs)) {
    await prune(deps);
    await deps.pass.update(passKey, (pass) => ({ ...pass, prunedAt: at }));
  }
}

/** Routes that the file no longer has. What they had not told yet, other routes tell. */
async function forgetRoutes(config: AlertConfig, deps: AlertDeps): Promise<void> {
  const names = new Set(allRoutes(config).map(({ route }) => route));
  for await (const { key, value } of deps.routes.list()) {
    if (names.has(key)) continue;
    if (value.delivery) await settle(key, value.delivery, deps);
    await deps.routes.remove(key);
  }
}

async function prune(deps: AlertDeps): Promise<void> {
  const before = deps.now().getTime() - keepClosedMs;
  for await (const { key, value } of deps.done.list()) {
    if (Date.parse(value.at) < before) await deps.done.remove(key);
  }
}
