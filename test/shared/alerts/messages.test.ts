import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { adaptiveCard, teamsMessage } from '../../../local/sinks/teams-message.ts';
import { clean } from '../../../shared/alerts/message/clean.ts';
import { compose } from '../../../shared/alerts/message/compose.ts';
import { createLinks } from '../../../shared/alerts/message/links.ts';
import type { Happening, Message } from '../../../shared/alerts/message/message.ts';
import { subjectLine } from '../../../shared/alerts/message/words.ts';
import { teamsBody } from '../../../shared/alerts/render/card/card.ts';
import { cloudEvent } from '../../../shared/alerts/render/event.ts';
import { htmlMail } from '../../../shared/alerts/render/mail/html-mail.ts';
import { textMail } from '../../../shared/alerts/render/mail/text-mail.ts';
import type { Task } from '../../../shared/alerts/route/tasks.ts';
import type { AlertRecord } from '../../../shared/alerts/state/alert-record.ts';
import { momentOf, type ViolationCode, violationCodes } from '../../../shared/domain/index.ts';
import { alert, at, groupId, violation } from './samples.ts';
import { configOf } from './world.ts';

const links = createLinks('https://writeback.contoso.test/');
const [route] = configOf(
  '{ channels: { ops: { kind: teams, urlSetting: T } }, routes: [{ route: operations, to: [ops] }] }',
).routes;
const of = { id: 'message-1', route: 'operations', at: momentOf(at('2027-03-01T10:00:07Z')) };

function task(record: AlertRecord, event: Happening = 'opened'): Task {
  if (!route) throw new Error('The configuration has a route.');
  return { record, route, channel: 'ops', event, since: at(record.heardAt) };
}
const message = (...tasks: readonly Task[]): Message => compose(tasks, of);
const one = (
  over: Parameters<typeof violation>[1] = {},
  code: ViolationCode = 'GROUP_TOO_LARGE',
  event: Happening = 'opened',
) =>
  message(
    task(alert({ violation: violation(code, over), place: 'CN=Finance-All,OU=Groups,DC=corp' }), event),
  );
const storm = (count: number, over: (index: number) => Parameters<typeof violation>[1] = () => ({})) =>
  message(
    ...Array.from({ length: count }, (_, index) =>
      task(
        alert({
          incidentId: `incident-${index}`,
          violation: violation(index % 2 ? 'GROUP_TOO_LARGE' : 'NAME_COLLISION', {
            group: index,
            ...over(index),
          }),
        }),
      ),
    ),
  );

const card = (of: Message, size = 20_000) =>
  teamsMessage.parse(JSON.parse(teamsBody(of, links, size))).attachments[0].content;

/** Every element of a card of one type. */
function elements(node: unknown, type: string): readonly Record<string, unknown>[] {
  if (Array.isArray(node)) return node.flatMap((one) => elements(one, type));
  if (typeof node !== 'object' || node === null) return [];
  const inner = Object.values(node).flatMap((one) => elements(one, type));
  return 'type' in node && node.type === type ? [{ ...node }, ...inner] : inner;
}

describe('A message about one incident', () => {
  const finance = one({ subject: 'Finance-All', rule: 'large-groups' });
  it.each([
    ['card', JSON.stringify(card(finance))],
    ['mail as HTML', htmlMail(finance, links)],
    ['mail as text', textMail(finance, links)],
  ])(
    'says in its %s what happened, to what, by which rule, what was written, what to do, and where to look',
    (_, said) => {
      for (const part of [
        'GROUP_TOO_LARGE',
        'error',
        'Finance-All',
        groupId(1),
        'large-groups',
        'OU=Groups',
        '312,500 members are more',
        'Nothing is written.',
        'Raise limits.members',
        `https://writeback.contoso.test/api/objects/${groupId(1)}`,
        `entra-writeback object ${groupId(1)}`,
      ]) {
        expect(said).toContain(part);
      }
    },
  );

  it('has a subject line that sorts all mails of a cause together', () => {
    expect(subjectLine(finance)).toBe('[entra-writeback] GROUP_TOO_LARGE Finance-All: error');
    expect(subjectLine(one({ subject: 'Finance-All' }, 'GROUP_TOO_LARGE', 'resolved'))).toBe(
      '[entra-writeback] GROUP_TOO_LARGE Finance-All: resolved',
    );
  });

  it('links to the status where it is about the system itself, and nowhere without an address', () => {
    const { about: _, rule: __, ...system } = violation('NO_LIVE_SUBSCRIPTION', { subject: 'groups' });
    const of = message(task(alert({ violation: system })));
    expect(card(of).actions).toMatchObject([{ url: 'https://writeback.contoso.test/api/status' }]);
    expect(teamsBody(of, createLinks(undefined), 20_000)).not.toContain('OpenUrl');
    expect(htmlMail(of, createLinks(undefined))).not.toContain('<a ');
  });

  it('tells of a resolution how long it took, and gives no advice', () => {
    const resolvedAt = momentOf(at('2027-03-01T13:21:30Z'));
    const of = message(task(alert({ resolvedAt, count: 17 }), 'resolved'));
    const text = textMail(of, links);
    expect(text).toContain('2027-03-01 13:21 UTC, after 3 h 21 min');
    expect(text).toContain('17 times');
    expect(text).toContain('The cause is gone.');
    expect(text).not.toContain('What to do');
    expect(elements(card(of), 'Container')[0]).toMatchObject({ style: 'good' });
  });

  it('about a held plan leads to it, by a button and by a command', () => {
    const of = one({ details: { holdId: 'hold-1' } }, 'BUDGET_EXCEEDED');
    const url = 'https://writeback.contoso.test/api/holds/hold-1';
    expect(card(of).actions).toMatchObject([
      { title: 'Open the held plan', url },
      { title: 'Open the evaluation' },
    ]);
    for (const said of [JSON.stringify(card(of)), htmlMail(of, links), textMail(of, links)]) {
      expect(said).toContain(url);
      expect(said).toContain('entra-writeback holds show hold-1');
      expect(said).toContain('Nothing is written until a person approves');
    }
  });

  it('is the same for every code that there is', () => {
    for (const code of Object.keys(violationCodes) as ViolationCode[]) {
      adaptiveCard.parse(card(one({}, code)));
      expect(htmlMail(one({}, code), links)).toContain(code);
    }
  });
});

describe('A message about a storm of 1,000', () => {
  const of = storm(1000);
  it('is grouped by code, with counts and first examples, in every form', () => {
    for (const [said, left] of [
      [JSON.stringify(card(of)), 497],
      [htmlMail(of, links), 495],
      [textMail(of, links), 495],
    ] as const) {
      expect(said).toContain('1,000');
      expect(said).toContain('500 × GROUP_TOO_LARGE');
      expect(said).toContain('500 × NAME_COLLISION');
      expect(said).toContain('Group 0');
      expect(said).toContain(`… and ${left} more.`);
      expect(said).not.toContain('Group 998');
    }
  });
  it('stays small in the store', () => {
    expect(
      JSON.stringify(storm(1000, () => ({ message: '長'.repeat(5000), subject: '名'.repeat(300) }))).length,
    ).toBeLessThan(30_000);
  });
  it('names every incident to programs', () => {
    const covers = Array.from({ length: 1000 }, (_, index) => ({
      incidentId: `incident-${index}`,
      event: 'opened' as const,
      count: 1,
      channel: 'ops',
    }));
    const event = JSON.stringify(cloudEvent(of, covers, links));
    for (const { incidentId } of covers) expect(event).toContain(`"${incidentId}"`);
  });
});

describe('Text of unknown origin', () => {
  const nasty =
    '**bold** [click](https://evil.test) <img src=x onerror=alert(1)> "quoted" \u202Egnp.exe\r\nBcc: all@contoso.test';
  const of = [
    one({ subject: nasty, message: nasty, rule: nasty }),
    storm(3, () => ({ subject: nasty, message: nasty, rule: nasty })),
  ];

  it('stands on a card only where no Markdown is read', () => {
    for (const each of of) {
      const read = [...elements(card(each), 'TextBlock'), ...elements(card(each), 'FactSet')];
      expect(JSON.stringify(read)).not.toMatch(/click|bold/);
      expect(JSON.stringify(elements(card(each), 'TextRun'))).toContain(
        '**bold** [click](https[:]//evil.test)',
      );
      const urls = elements(card(each), 'Action.OpenUrl').map(({ url }) => String(url));
      expect(urls.filter((url) => !url.startsWith('https://writeback.contoso.test/api/'))).toEqual([]);
    }
  });
  it('is escaped in HTML', () => {
    for (const each of of) {
      const html = htmlMail(each, links);
      expect(html).toContain('&lt;img src=x onerror=alert(1)&gt; &quot;quoted&quot;');
      expect(html).not.toContain('<img');
    }
  });
  it('makes no second line in a subject or a text', () => {
    expect(subjectLine(one({ subject: nasty }))).not.toMatch(/[\r\n\u202e]/);
    expect(textMail(one({ subject: nasty }), links)).not.toMatch(/^Bcc/m);
  });
  it('becomes one honest line, whatever it is', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary', maxLength: 300 }),
        fc.integer({ min: 1, max: 100 }),
        (text, length) => {
          const line = clean(text, length);
          expect([...line].length).toBeLessThanOrEqual(length);
          expect(line).not.toMatch(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]|:\/\//u);
          expect(line.isWellFormed()).toBe(true);
        },
      ),
    );
  });
});

describe('A card', () => {
  it('is valid and below its limit, whatever it tells of', () => {
    const texts = fc.string({ unit: 'binary', maxLength: 700 });
    const codes = fc.constantFrom(...(Object.keys(violationCodes) as ViolationCode[]));
    const happenings = fc.constantFrom<Happening>('opened', 'passed', 'updated', 'resolved');
    const tasks = fc.array(
      fc
        .tuple(codes, texts, texts, happenings)
        .map(([code, subject, text, event]) =>
          task(alert({ violation: violation(code, { subject, message: text, rule: subject }) }), event),
        ),
      { minLength: 1, maxLength: 200 },
    );
    fc.assert(
      fc.property(tasks, (all) => {
        const body = teamsBody(message(...all), links, 20_000);
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(20_000);
        teamsMessage.parse(JSON.parse(body));
      }),
      { numRuns: 60 },
    );
  });
  it('says less where there is less room, but always how much there is', () => {
    const of = storm(1000, () => ({ message: 'long '.repeat(90) }));
    for (const size of [20_000, 12_000, 6000, 2500]) {
      const body = teamsBody(of, links, size);
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(size);
      expect(body).toContain('1,000');
    }
  });
});

it('A mail loads nothing from elsewhere and has a dark scheme', () => {
  const html = htmlMail(storm(5), links);
  expect(html).not.toMatch(/<(img|link|script|iframe)|url\(|@import| src=/);
  expect(html).toContain('prefers-color-scheme: dark');
});

it('What happened comes in the order of urgency', () => {
  const kinds = message(
    task(alert({ violation: violation('ORPHAN') }), 'resolved'),
    task(alert({ violation: violation('MEMBER_WITHOUT_ACCOUNT') })),
    task(alert({ violation: violation('BUDGET_EXCEEDED') })),
    task(alert({ violation: violation('WRITE_FAILED') }), 'updated'),
  ).groups.map(({ event, code }) => `${event} ${code}`);
  expect(kinds).toEqual([
    'opened BUDGET_EXCEEDED',
    'opened MEMBER_WITHOUT_ACCOUNT',
    'updated WRITE_FAILED',
    'resolved ORPHAN',
  ]);
});
