import type { ReasonCode } from '../../../domain/index.ts';
import type { Effect } from './effect.ts';

export type Counts = Readonly<Record<Effect, number>>;

/** What a simulation came to. */
export type Tally = {
  readonly evaluated: number;
  readonly effects: Counts;
  /** By the rule of the candidate that decides; null where no rule does. In order of size. */
  readonly byRule: readonly ({ readonly rule: string | null } & Counts)[];
  /** How many objects each reason of the candidate speaks of. */
  readonly byReason: Readonly<Partial<Record<ReasonCode, number>>>;
};

const nothing: Counts = { create: 0, change: 0, freeze: 0, remove: 0, refuse: 0, none: 0 };

/** Counts effects. Its size is that of the policy, not of the tenant. */
export function createTally() {
  let evaluated = 0;
  const effects = { ...nothing };
  const byRule = new Map<string | null, Record<Effect, number>>();
  const byReason = new Map<ReasonCode, number>();
  return {
    count(effect: Effect, rule: string | null, reason: ReasonCode): void {
      evaluated += 1;
      effects[effect] += 1;
      const counts = byRule.get(rule) ?? { ...nothing };
      counts[effect] += 1;
      byRule.set(rule, counts);
      byReason.set(reason, (byReason.get(reason) ?? 0) + 1);
    },
    evaluated: (): number => evaluated,
    of: (effect: Effect): number => effects[effect],
    total: (): Tally => ({
      evaluated,
      effects: { ...effects },
      byRule: [...byRule]
        .map(([rule, counts]) => ({ rule, ...counts }))
        .sort((one, other) => touched(other) - touched(one)),
      byReason: Object.fromEntries([...byReason].sort(([, one], [, other]) => other - one)),
    }),
  };
}

const touched = ({ create, change, freeze, remove, refuse }: Counts): number =>
  create + change + freeze + remove + refuse;
