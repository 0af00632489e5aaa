import { expect, it } from 'vitest';
import { type Change, EntraId, momentOf } from '../../../../shared/domain/index.ts';
import { createContext } from '../../../../shared/flow/evaluate/context.ts';
import { createWatchStates } from '../../../../shared/flow/watch/watch-state.ts';
import { complete, failed } from '../../../../shared/graph/failure.ts';
import { defaultPolicy, loadPolicy } from '../../../../shared/policy/index.ts';
import { memoryStore, unknownObject } from '../../../../shared/state/index.ts';

const now = () => new Date('2026-03-01T08:00:00.000Z');
const changedAt = momentOf(new Date('2026-02-01T08:00:00.000Z'));
const change: Change = {
  kind: 'group',
  id: EntraId.parse('3a5c3221-c465-48c0-95b8-e9305786a271'),
  cause: 'feed',
  membership: { read: 'none' },
  receivedAt: momentOf(now()),
  attempt: 0,
};

async function contextOf(seen: boolean | undefined) {
  const loaded = loadPolicy('tenantDefault: honour\n');
  const watchStates = createWatchStates(memoryStore());
  if (seen !== undefined) {
    const tenantDefault = { value: seen, seenAt: changedAt, changedAt };
    await watchStates.update((state) => ({ ...state, tenantDefault }));
  }
  let away = true;
  const settings = { newUnifiedGroupWritebackDefault: true, configured: true };
  const context = createContext({
    graph: {
      readGroupSettings: async () =>
        away ? failed({ code: 'AWAY', message: 'Graph is away.', retry: 'later' }) : complete(settings),
    },
    states: { load: async () => unknownObject },
    waiting: { groupsOf: async function* () {} },
    watchStates,
    now,
  });
  return {
    ask: async () =>
      (await context(change, unknownObject, loaded.ok ? loaded.policy : defaultPolicy())).tenant,
    comeBack: () => {
      away = false;
    },
  };
}

it('A tenant setting that cannot be read after a start is as it was seen last', async () => {
  const { ask, comeBack } = await contextOf(false);
  expect(await ask()).toEqual({ newUnifiedGroupWritebackDefault: false, changedAt });
  comeBack();
  expect(await ask()).toMatchObject({ newUnifiedGroupWritebackDefault: true });
});

it('A tenant setting that nobody has ever seen counts as not set', async () => {
  expect(await (await contextOf(undefined)).ask()).toBeUndefined();
});
