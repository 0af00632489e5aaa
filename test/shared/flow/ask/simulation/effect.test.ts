import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { effectOf } from '../../../../../shared/flow/ask/simulation/effect.ts';
import { type Context, evaluate, loadPolicy, type Policy } from '../../../../../shared/policy/index.ts';
import { ObjectState, unknownObject } from '../../../../../shared/state/index.ts';
import { disabled, group, unified } from '../../../policy/world.ts';

/** What a candidate would do, compared with what is in AD: the decision table executed. */

const at = '2026-09-01T08:00:00.000Z';

const stateWith = (written: boolean, outcome: 'write' | 'freeze' | 'remove' | 'ignore') =>
  ObjectState.parse({
    written,
    lastDecision: { outcome, reason: 'WRITE_BY_DEFAULT', rule: 'All', policyVersion: '0', at },
  });

const states = {
  unknown: unknownObject,
  absent: stateWith(false, 'ignore'),
  updated: stateWith(true, 'write'),
  frozen: stateWith(true, 'freeze'),
} as const;

function policyOf(text: string): Policy {
  const loaded = loadPolicy(text);
  if (!loaded.ok) throw new Error(JSON.stringify(loaded.errors));
  return loaded.policy;
}

const all = (more: string) => `groups: [{ rule: All, writeback: true${more} }]`;
const now = policyOf(all(''));

const previousOf = (state: ObjectState): Context =>
  state === unknownObject ? {} : { previous: state.written ? { rule: 'All' } : null };

function effect(state: ObjectState, candidate: Policy, snapshot = unified(), inForce = now) {
  const context = previousOf(state);
  const side = (policy: Policy) => ({ policy, evaluation: evaluate({ snapshot, policy, context }) });
  return effectOf(snapshot, state, side(inForce), side(candidate));
}

describe('the effect of a candidate', () => {
  it.each([
    ['writes what is not in AD', 'absent', '', 'create'],
    ['writes what nobody knows', 'unknown', '', 'create'],
    ['writes what is in AD in the same way', 'updated', '', 'none'],
    ['writes what is in AD in another way', 'updated', ', scope: global', 'change'],
    ['writes what is frozen in AD', 'frozen', '', 'change'],
    ['no longer writes what is in AD', 'updated', ', writeback: false', 'freeze'],
    ['does not write what is frozen in AD', 'frozen', ', writeback: false', 'none'],
    ['does not write what is not in AD', 'absent', ', writeback: false', 'none'],
    ['refuses what is not in AD', 'absent', ', roleAssignable: required', 'refuse'],
    ['refuses what nobody knows', 'unknown', ', roleAssignable: required', 'refuse'],
    ['refuses what is in AD', 'updated', ', roleAssignable: required', 'freeze'],
    ['removes what is in AD', 'updated', ', writeback: false, deletion: { outOfScope: delete }', 'remove'],
    [
      'removes what is frozen in AD',
      'frozen',
      ', writeback: false, deletion: { outOfScope: delete }',
      'remove',
    ],
    ['removes what is not in AD', 'absent', ', writeback: false, deletion: { outOfScope: delete }', 'none'],
  ] as const)('that %s', (_what, state, more, expected) => {
    const text = more.includes('writeback: false') ? all(more).replace('writeback: true, ', '') : all(more);
    expect(effect(states[state], policyOf(text)).effect).toBe(expected);
  });

  it('that removes what the policy in force removes as well is none, in another way it is one', () => {
    const text = (ending: string) =>
      `groups: [{ rule: All, writeback: false, deletion: { outOfScope: ${ending} } }]`;
    const inForce = policyOf(text('{ mode: delete, graceDays: 7 }'));
    const removing = stateWith(true, 'remove');
    expect(
      effect(removing, policyOf(text('{ mode: delete, graceDays: 7 }')), unified(), inForce).effect,
    ).toBe('none');
    for (const other of ['{ mode: delete, graceDays: 8 }', 'strip'])
      expect(effect(removing, policyOf(text(other)), unified(), inForce).effect).toBe('remove');
  });

  it('names each difference with both values, and where it counts', () => {
    const candidate = policyOf(all(', as: security, ou: OU=New, nesting: flatten'));
    const { differences } = effect(states.updated, candidate);
    expect(differences).toContainEqual({ what: 'security', from: false, to: true });
    expect(differences).toContainEqual({ what: 'container', from: 'OU=EntraWriteback', to: 'OU=New' });
    expect(differences).toContainEqual({ what: 'nesting', from: 'mirror', to: 'flatten' });
    expect(differences).toContainEqual({
      what: 'mail',
      from: ['sales@contoso.com'],
      to: [],
      when: 'exchangePrepared',
    });
    expect(differences.map(({ what }) => what)).not.toContain('displayName');
  });

  it('of the policy in force on what it keeps up to date is none, whatever the group', () => {
    const snapshots = fc.record({ displayName: fc.string({ minLength: 1 }), description: fc.string() });
    fc.assert(
      fc.property(snapshots, fc.boolean(), (properties, isEnabled) => {
        const snapshot = group({ ...properties, ...(isEnabled ? {} : disabled) });
        const { outcome } = evaluate({ snapshot, policy: now, context: previousOf(states.updated) }).decision;
        const state = stateWith(true, outcome);
        expect(effect(state, now, snapshot).effect).toBe('none');
      }),
    );
  });
});
