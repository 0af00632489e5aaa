import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { desiredObject } from '../../../shared/desired/index.ts';
import type { Snapshot } from '../../../shared/domain/index.ts';
import { evaluate, formatPolicyErrors, loadPolicy } from '../../../shared/policy/index.ts';
import { attributesOf } from '../desired/object.ts';
import { deleted, device, group, type Over, policyOf, unified, user } from './world.ts';

/** Every example of the policy guide, executed: a policy, then what becomes of objects under it. */

const guide = readFileSync(new URL('../../../docs/policy.md', import.meta.url), 'utf8');
const blocks = [...guide.matchAll(/^```(?<language>\w+)\n(?<text>(?:.*\n)*?)^```$/gm)].map(
  ({ groups, index }) => ({
    language: groups?.language ?? '',
    text: groups?.text ?? '',
    section: guide.slice(0, index).split('\n## ').at(-1)?.split('\n')[0] ?? '',
  }),
);

const Expectations = z.array(
  z.strictObject({ given: z.record(z.string(), z.unknown()), becomes: z.record(z.string(), z.unknown()) }),
);

const kinds: Readonly<Record<string, Over>> = {
  security: {},
  distributionList: { mailEnabled: true, securityEnabled: false },
};

function snapshotOf(given: Over): Snapshot {
  const {
    kind,
    presence = 'present',
    writebackEnabled = null,
    dynamic,
    user: isUser,
    device: isDevice,
    written: _written,
    ...rest
  } = given;
  if (presence === 'deleted') return deleted(isUser ? 'user' : isDevice ? 'device' : 'group');
  const over = { presence };
  if (isUser) return user(rest, over);
  if (isDevice) return device(rest, over);
  const properties = {
    ...rest,
    ...(dynamic === true && { groupTypes: ['DynamicMembership'] }),
    writebackConfiguration: { isEnabled: writebackEnabled, onPremisesGroupType: null },
  };
  return kind === 'microsoft365'
    ? unified(properties, over)
    : group({ ...kinds[String(kind)], ...properties }, over);
}

/** Everything that the guide may speak of, side by side. */
function outcomeOf(snapshot: Snapshot, yaml: string, written: boolean): Over {
  const policy = policyOf(yaml);
  const { decision, violations, write } = evaluate({
    snapshot,
    policy,
    context: written ? { previous: { rule: null } } : {},
  });
  const desired = write && desiredObject(snapshot, write, policy.exchange);
  return {
    ...write?.settings,
    ...decision,
    ...desired,
    ...(desired && { attributes: attributesOf(desired) }),
    violation: violations[0]?.code,
  };
}

describe('the policy guide', () => {
  const pairs = blocks.flatMap((block, index) => {
    const next = blocks[index + 1];
    const isExpectation = next?.language === 'yaml' && next.text.startsWith('- given:');
    return isExpectation ? [{ section: block.section, yaml: block.text, expectations: next.text }] : [];
  });

  it('has examples in every section that shows a policy', () => {
    expect(pairs.length).toBeGreaterThanOrEqual(15);
    const policies = blocks.filter(
      ({ language, text }) => language === 'yaml' && !text.startsWith('- given:'),
    );
    const alone = policies.filter(({ text }) => !pairs.some(({ yaml }) => yaml === text));
    expect(alone.map(({ section }) => section)).toEqual(['Mistakes']);
  });

  it.each(pairs)('$section does what it says', ({ yaml, expectations }) => {
    for (const { given, becomes } of Expectations.parse(parse(expectations))) {
      expect({ given, becomes: outcomeOf(snapshotOf(given), yaml, given.written === true) }).toMatchObject({
        given,
        becomes,
      });
    }
  });

  it('shows the errors that its wrong policy gives', () => {
    const wrong = blocks.find(({ section, language }) => section === 'Mistakes' && language === 'yaml');
    const text = blocks.find(({ section, language }) => section === 'Mistakes' && language === 'text');
    const result = loadPolicy(wrong?.text ?? '');
    expect(result.ok ? '' : `${formatPolicyErrors(result.errors)}\n`).toBe(text?.text);
  });
});
