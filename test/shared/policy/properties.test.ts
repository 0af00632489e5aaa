import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { desiredObject } from '../../../shared/desired/index.ts';
import { Decision, DesiredObject, Violation } from '../../../shared/domain/index.ts';
import { evaluate, loadPolicy, describe as sentence } from '../../../shared/policy/index.ts';
import { anyContext, anySnapshot, policies } from './arbitrary.ts';
import { policyOf } from './world.ts';

const anyPolicy = fc.constantFrom(...policies.map(policyOf));

describe('evaluation', () => {
  it('is total: any snapshot gives a valid decision with its trace, and an object if it is to be written', () => {
    let written = 0;
    fc.assert(
      fc.property(anySnapshot, anyPolicy, anyContext, (snapshot, policy, context) => {
        const { decision, violations, write } = evaluate({ snapshot, policy, context });
        expect(Decision.safeParse(decision).error).toBeUndefined();
        expect(violations.filter((one) => !Violation.safeParse(one).success)).toEqual([]);
        expect(decision.trace.checks.length).toBeGreaterThan(0);
        expect(sentence(decision, 'x')).toMatch(/^"x" .*\.$/);
        expect(write !== null).toBe(decision.outcome === 'write');
        if (!write) return;
        written += 1;
        const desired = desiredObject(snapshot, write, policy.exchange);
        expect(DesiredObject.safeParse(desired).error).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
    expect(written, 'runs that came as far as a desired object').toBeGreaterThan(20);
  });

  it('is deterministic: the same three things give the same answer, to the letter', () => {
    fc.assert(
      fc.property(anySnapshot, anyPolicy, anyContext, (snapshot, policy, context) => {
        const again = structuredClone(snapshot);
        expect(JSON.stringify(evaluate({ snapshot: again, policy, context }))).toBe(
          JSON.stringify(evaluate({ snapshot, policy, context })),
        );
      }),
    );
  });

  it('never writes an object that AD masters, whatever the policy says', () => {
    const all = policyOf(
      'groups: [{ rule: R, writeback: true }]\nusers: [{ rule: R, guests: true }]\ndevices: [{ rule: R }]',
    );
    fc.assert(
      fc.property(anySnapshot, anyContext, (snapshot, context) => {
        if (snapshot.presence === 'deleted' || snapshot.properties.onPremisesSyncEnabled !== true) return;
        expect(evaluate({ snapshot, policy: all, context }).decision.outcome).toBe('ignore');
      }),
    );
  });

  it('does not depend on the order of clauses within all or any', () => {
    const clauses = [
      '{ attribute: displayName, operator: contains, value: a }',
      '{ attribute: dynamic, operator: isFalse }',
      '{ not: { attribute: kind, operator: equals, value: microsoft365 } }',
      '{ any: [{ attribute: mail, operator: isNull }, { attribute: memberCount, operator: lessThan, value: 9 }] }',
    ];
    fc.assert(
      fc.property(
        anySnapshot,
        fc.shuffledSubarray(clauses, { minLength: 2 }),
        fc.constantFrom('all', 'any'),
        (snapshot, some, how) => {
          const outcome = (list: readonly string[]) => {
            const policy = policyOf(
              `groups: [{ rule: R, writeback: true, when: { ${how}: [${list.join(',')}] } }]`,
            );
            const { decision } = evaluate({ snapshot, policy });
            return [decision.outcome, decision.reason];
          };
          expect(outcome(some.toReversed())).toEqual(outcome(some));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('loading a policy', () => {
  it('never throws, and an error always has a place and a message', () => {
    const [, rich = ''] = policies;
    fc.assert(
      fc.property(fc.nat(rich.length), fc.nat(40), fc.string({ maxLength: 12 }), (at, cut, put) => {
        const result = loadPolicy(rich.slice(0, at) + put + rich.slice(at + cut));
        if (result.ok) return;
        expect(result.errors.length).toBeGreaterThan(0);
        for (const { line, column, message } of result.errors) {
          expect(line).toBeGreaterThan(0);
          expect(column).toBeGreaterThan(0);
          expect(message).not.toBe('');
        }
      }),
      { numRuns: 150 },
    );
  });
});
