import { describe, expect, it } from 'vitest';
import { pageOf, wantsPage } from '../../functions/pages/page.ts';
import { type Story, storyPage } from '../../functions/pages/story-page.ts';
import { momentOf } from '../../shared/domain/index.ts';
import { groupId, violation } from '../shared/alerts/samples.ts';

const hostile = '<script>alert(1)</script> & "Sales" [x](https://evil.test)';
const at = momentOf(new Date('2027-03-01T10:00:00Z'));

const kept: Story = {
  kind: 'group',
  id: groupId(1),
  displayName: hostile,
  written: true,
  dn: null,
  decision: { outcome: 'write', reason: 'WRITE_ENABLED', rule: hostile, policyVersion: 'p1', at },
  outcome: null,
  leftOutCount: 1,
  violationCodes: ['ORPHAN'],
  guid: null,
  sid: null,
  evaluatedAt: at,
  outOfScopeSince: null,
  waiting: { pending: { added: [], removed: [] }, needs: null, attempts: 0 },
  trace: null,
  lastOutcome: { at, event: 'outcome.applied' },
  leftOut: [{ reference: hostile, reason: 'GUEST' }],
  violations: [
    {
      incidentId: 'i',
      violation: violation('ORPHAN', { message: hostile }),
      count: 2,
      openedAt: at,
      lastAt: at,
    },
  ],
  now: null,
  problem: hostile,
};

const bodyOf = (story: Story): string => String(pageOf('x', storyPage(story)).body);

describe('the page of an object', () => {
  it('shows what is kept, and nothing of what others chose is read as HTML', () => {
    const page = bodyOf(kept);
    for (const part of ['WRITE_ENABLED', 'ORPHAN', 'GUEST', 'outcome.applied', 'as it was written last'])
      expect(page).toContain(part);
    expect(page).not.toContain('<script');
    expect(page.split('&lt;script&gt;').length).toBeGreaterThan(5);
  });

  it('loads and runs nothing, also by the word of its headers', () => {
    const { headers } = pageOf('x', storyPage(kept));
    expect(headers).toMatchObject({
      'content-security-policy': expect.stringContaining("default-src 'none'"),
      'x-content-type-options': 'nosniff',
    });
    expect(bodyOf(kept)).not.toMatch(/<(script|img|link|iframe|form)|url\(|@import| src=| on\w+=/);
  });
});

it('Only a browser gets a page', () => {
  const asks = (accept: string): boolean => wantsPage({ headers: new Headers({ accept }) });
  expect(asks('text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8')).toBe(true);
  for (const accept of ['*/*', 'application/json', 'text/markdown', '']) expect(asks(accept)).toBe(false);
});
