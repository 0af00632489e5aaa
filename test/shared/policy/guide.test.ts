import { describe, expect, it } from 'vitest';
import { formatPolicyErrors, loadPolicy } from '../../../shared/policy/index.ts';
import { blocksOf, examplesOf, outcomesOf } from './guide-examples.ts';

/** Every example of the guides, executed: a policy, then what becomes of objects under it. */

const guides = { 'policy.md': 15, 'users.md': 4 } as const;

describe.each(Object.entries(guides))('the examples of %s', (page, count) => {
  const examples = examplesOf(blocksOf(page));

  it('are found', () => expect(examples.length).toBeGreaterThanOrEqual(count));

  it.each(examples)('in $section do what they say', (example) => {
    for (const { said, seen } of outcomesOf(example)) expect(seen).toMatchObject(said);
  });
});

describe('the policy guide', () => {
  const blocks = blocksOf('policy.md');

  it('has examples in every section that shows a policy', () => {
    const pairs = examplesOf(blocks);
    const policies = blocks.filter(
      ({ language, text }) => language === 'yaml' && !text.startsWith('- given:'),
    );
    const alone = policies.filter(({ text }) => !pairs.some(({ yaml }) => yaml === text));
    expect(alone.map(({ section }) => section)).toEqual(['Mistakes']);
  });

  it('shows the errors that its wrong policy gives', () => {
    const wrong = blocks.find(({ section, language }) => section === 'Mistakes' && language === 'yaml');
    const text = blocks.find(({ section, language }) => section === 'Mistakes' && language === 'text');
    const result = loadPolicy(wrong?.text ?? '');
    expect(result.ok ? '' : `${formatPolicyErrors(result.errors)}\n`).toBe(text?.text);
  });
});
