import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chooseRoutes } from '../../../shared/alerts/route/choose-routes.ts';
import { isDigestDue } from '../../../shared/alerts/route/digest.ts';
import { isMuted, matches } from '../../../shared/alerts/route/matches.ts';
import { isHeldBack } from '../../../shared/alerts/route/quiet.ts';
import { ripeTasks } from '../../../shared/alerts/route/ripe.ts';
import { tasksOf } from '../../../shared/alerts/route/tasks.ts';
import { fits } from '../../../shared/alerts/route/wildcard.ts';
import { momentOf } from '../../../shared/domain/index.ts';
import { alert, at, violation } from './samples.ts';
import { configOf } from './world.ts';

const channels =
  'channels: { teams: { kind: teams, urlSetting: T }, mail: { kind: webhook, urlSetting: W } }';
const config = (routes: string, more = '') => configOf(`${channels}\nroutes: ${routes}\n${more}`);
const moment = (text: string) => momentOf(at(text));

describe('A wildcard pattern', () => {
  it.each([
    ['Finance-All', 'finance*', true],
    ['Finance-All', '*all', true],
    ['Finance-All', '*nce*A?l', true],
    ['Finance-All', 'Finance', false],
    ['CN=X,OU=Sales,DC=corp', '*,OU=Sales,DC=corp', true],
    ['CN=X,OU=Sales East,DC=corp', '*,OU=Sales,DC=corp', false],
    ['', '*', true],
    ['', '?', false],
  ])('%j fits %j: %j', (text, pattern, expected) => {
    expect(fits(text, pattern)).toBe(expected);
  });

  it('means the same as the regular expression that it stands for', () => {
    const letters = fc
      .array(fc.constantFrom('a', 'b', '*', '?', 'A', '.'), { maxLength: 8 })
      .map((all) => all.join(''));
    fc.assert(
      fc.property(letters, letters, (text, pattern) => {
        const source = pattern.replace(/[.]/g, '\\.').replaceAll('*', '.*').replaceAll('?', '.');
        return fits(text, pattern) === new RegExp(`^${source}$`, 'i').test(text);
      }),
    );
  });

  it('is judged quickly, however malicious it is', () => {
    expect(fits('a'.repeat(5000), `${'*a'.repeat(150)}b`)).toBe(false);
  });
});

describe('A condition', () => {
  const finance = alert({
    place: 'CN=Finance,OU=Money,DC=corp',
    violation: violation('GROUP_TOO_LARGE', { subject: 'Finance' }),
  });
  it.each([
    [{}, true],
    [{ severity: 'warning' }, true],
    [{ severity: 'error' }, true],
    [{ severity: 'critical' }, false],
    [{ codes: ['ORPHAN', 'GROUP_TOO_LARGE'] }, true],
    [{ codes: ['ORPHAN'] }, false],
    [{ rules: ['fin*'] }, true],
    [{ rules: ['sales'] }, false],
    [{ kinds: ['group'] }, true],
    [{ kinds: ['user'] }, false],
    [{ subjects: ['x', 'FINANCE'] }, true],
    [{ places: ['*,ou=money,*'] }, true],
    [{ places: ['*,ou=other,*'] }, false],
    [{ codes: ['GROUP_TOO_LARGE'], subjects: ['other'] }, false],
  ] as const)('%j holds for the group Finance: %j', (condition, expected) => {
    expect(matches(finance, condition)).toBe(expected);
  });

  it('on a rule, a kind or a place does not hold for what has none', () => {
    const { rule: _, about: __, ...system } = violation('NO_LIVE_SUBSCRIPTION', { subject: 'groups' });
    for (const condition of [{ rules: ['*'] }, { kinds: ['group'] as const }, { places: ['*'] }]) {
      expect(matches(alert({ violation: system }), condition)).toBe(false);
    }
  });
});

describe('The routes of an alert', () => {
  const names = (routes: string, of = alert()) => chooseRoutes(of, config(routes)).map(({ route }) => route);

  it('are the first that matches', () => {
    expect(
      names(
        '[{ route: a, when: { severity: critical }, to: [teams] }, { route: b, to: [mail] }, { route: c, to: [teams] }]',
      ),
    ).toEqual(['b']);
  });
  it('go on after one that says continue', () => {
    expect(
      names(
        '[{ route: a, continue: true, to: [teams] }, { route: b, to: [mail] }, { route: c, to: [teams] }]',
      ),
    ).toEqual(['a', 'b']);
  });
  it('lead to each channel once', () => {
    expect(
      names(
        '[{ route: a, continue: true, to: [teams] }, { route: b, continue: true, to: [teams, mail] }, { route: c, to: [mail] }]',
      ),
    ).toEqual(['a', 'c']);
  });
  it('are none where none matches, except for a channel that failed: all others are told', () => {
    const none = '[{ route: a, when: { codes: [ORPHAN] }, to: [teams] }]';
    expect(names(none)).toEqual([]);
    const failed = alert({ violation: violation('ALERT_CHANNEL_FAILED', { subject: 'teams' }) });
    expect(chooseRoutes(failed, config(none)).map(({ to }) => to)).toEqual([['mail', 'teams']]);
  });
});

describe('Quiet hours', () => {
  const quiet = {
    zone: 'Europe/Berlin',
    windows: [
      { from: '20:00', to: '07:00' },
      { days: ['sat' as const, 'sun' as const], from: '00:00', to: '24:00' },
    ],
    except: 'critical' as const,
  };
  it.each([
    ['an afternoon', '2027-03-01T14:00:00Z', false],
    ['19:59 in winter', '2027-03-01T18:59:00Z', false],
    ['20:00 in winter', '2027-03-01T19:00:00Z', true],
    ['the night after midnight', '2027-03-02T01:00:00Z', true],
    ['06:59 in summer', '2027-07-01T04:59:00Z', true],
    ['07:00 in summer', '2027-07-01T05:00:00Z', false],
    ['noon on Saturday', '2027-03-06T11:00:00Z', true],
    ['Monday morning at 07:00', '2027-03-08T06:00:00Z', false],
  ])('at %s (%s) hold an error back: %j', (_, moment, expected) => {
    expect(isHeldBack('error', quiet, at(moment))).toBe(expected);
  });
  it('let the severities pass that are excepted', () => {
    expect(isHeldBack('critical', quiet, at('2027-03-02T01:00:00Z'))).toBe(false);
  });
  it('of named days reach into the morning of the next day only', () => {
    const friday = { zone: 'UTC', windows: [{ days: ['fri' as const], from: '22:00', to: '06:00' }] };
    expect(isHeldBack('error', friday, at('2027-03-06T05:00:00Z'))).toBe(true);
    expect(isHeldBack('error', friday, at('2027-03-05T05:00:00Z'))).toBe(false);
  });
});

describe('A digest', () => {
  it('every 60 minutes is due at the next full hour', () => {
    const digest = { everyMinutes: 60 };
    expect(isDigestDue(digest, at('2027-03-01T10:20:00Z'), at('2027-03-01T10:59:59Z'))).toBe(false);
    expect(isDigestDue(digest, at('2027-03-01T10:20:00Z'), at('2027-03-01T11:00:00Z'))).toBe(true);
  });
  it.each([
    ['before the time of the same day', '2027-03-01T05:00:00Z', '2027-03-01T06:59:00Z', false],
    ['at the time of the same day', '2027-03-01T05:00:00Z', '2027-03-01T07:00:00Z', true],
    ['later on the same day', '2027-03-01T07:00:00Z', '2027-03-01T14:59:00Z', false],
    ['at the second time', '2027-03-01T07:00:00Z', '2027-03-01T15:00:00Z', true],
    ['in the night', '2027-03-01T16:00:00Z', '2027-03-02T03:00:00Z', false],
    ['after a time that was missed', '2027-03-01T14:00:00Z', '2027-03-02T03:00:00Z', true],
  ])('at 08:00 and 16:00 in Berlin, %s, is due as it should be', (_, since, now, expected) => {
    expect(isDigestDue({ at: ['16:00', '08:00'], zone: 'Europe/Berlin' }, at(since), at(now))).toBe(expected);
  });
});

describe('What is still to be told', () => {
  const one = config('[{ route: all, to: [teams] }]');
  const events = (record: Parameters<typeof tasksOf>[0], now: string, of = one) =>
    tasksOf(record, of, at(now)).map(({ event }) => event);
  const told = (over: object = {}) => ({
    teams: {
      route: 'all',
      messageId: 'm',
      at: moment('2027-03-01T10:00:00Z'),
      count: 1,
      updates: 0,
      ...over,
    },
  });

  it('is an opening, once', () => {
    expect(events(alert(), '2027-03-01T10:01:00Z')).toEqual(['opened']);
    expect(events(alert({ told: told() }), '2027-03-01T10:01:00Z')).toEqual([]);
  });
  it('is one message for what opened and was over before it was told', () => {
    expect(events(alert({ resolvedAt: moment('2027-03-01T10:00:30Z') }), '2027-03-01T10:01:00Z')).toEqual([
      'passed',
    ]);
  });
  it('is a resolution, once', () => {
    const resolvedAt = moment('2027-03-01T11:00:00Z');
    expect(events(alert({ resolvedAt, told: told() }), '2027-03-01T11:01:00Z')).toEqual(['resolved']);
    expect(events(alert({ resolvedAt, told: told({ resolvedAt }) }), '2027-03-01T11:01:00Z')).toEqual([]);
  });
  it.each([
    ['is nothing before the first hour', 0, '2027-03-01T10:59:59Z', []],
    ['is an update after an hour', 0, '2027-03-01T11:00:00Z', ['updated']],
    ['is the second update after four hours more', 1, '2027-03-01T13:59:59Z', []],
    ['is the second update after four hours', 1, '2027-03-01T14:00:00Z', ['updated']],
    ['is the fourth update after a week only', 3, '2027-03-08T09:59:59Z', []],
    ['is the tenth update after a week', 9, '2027-03-08T10:00:00Z', ['updated']],
  ])('%s (updates so far: %i)', (_, updates, now, expected) => {
    expect(events(alert({ count: 2, told: told({ updates }) }), now)).toEqual(expected);
  });
  it('is no update where nothing more was seen', () => {
    expect(events(alert({ count: 1, told: told() }), '2027-04-01T10:00:00Z')).toEqual([]);
  });
  it('is neither update nor resolution where the route wants none', () => {
    const silent = config('[{ route: all, to: [teams], updates: false, resolutions: false }]');
    expect(events(alert({ count: 9, told: told() }), '2027-04-01T10:00:00Z', silent)).toEqual([]);
    expect(
      events(
        alert({ resolvedAt: moment('2027-03-01T11:00:00Z'), told: told() }),
        '2027-04-01T10:00:00Z',
        silent,
      ),
    ).toEqual([]);
  });
  it('is a resolution by the route that told the opening, though another one matches now', () => {
    const resolvedAt = moment('2027-03-01T11:00:00Z');
    const moved = config(
      '[{ route: new, to: [teams] }, { route: all, when: { codes: [ORPHAN] }, to: [teams] }]',
    );
    expect(tasksOf(alert({ resolvedAt, told: told() }), moved, at('2027-03-01T12:00:00Z'))).toMatchObject([
      { event: 'resolved', route: { route: 'all' } },
    ]);
  });
});

describe('A mute', () => {
  const muted = config(
    '[{ route: all, to: [teams] }]',
    'mutes: [{ when: { subjects: ["Group *"] }, until: 2027-03-02, by: anna@contoso.test, why: Migration }]',
  );
  it('holds until it ends, and not for others', () => {
    expect(isMuted(alert(), muted.mutes, at('2027-03-01T23:59:59Z'))).toBe(true);
    expect(isMuted(alert(), muted.mutes, at('2027-03-02T00:00:00Z'))).toBe(false);
    expect(
      isMuted(
        alert({ violation: violation('ORPHAN', { subject: 'Other' }) }),
        muted.mutes,
        at('2027-03-01T12:00:00Z'),
      ),
    ).toBe(false);
  });
});

describe('What has been collected', () => {
  const all = config('[{ route: all, to: [teams] }]');
  const tasks = (...heardAt: readonly string[]) =>
    heardAt.flatMap((text) => tasksOf(alert({ heardAt: moment(text) }), all, at(text)));

  it('is told after five seconds without anything new', () => {
    const collected = tasks('2027-03-01T10:00:00Z', '2027-03-01T10:00:04Z');
    expect(ripeTasks(collected, undefined, at('2027-03-01T10:00:08Z'))).toHaveLength(0);
    expect(ripeTasks(collected, undefined, at('2027-03-01T10:00:09Z'))).toHaveLength(2);
  });
  it('waits for fifteen seconds without anything new as soon as ten have gathered', () => {
    const collected = tasks(...Array.from({ length: 10 }, () => '2027-03-01T10:00:00Z'));
    expect(ripeTasks(collected.slice(1), undefined, at('2027-03-01T10:00:05Z'))).toHaveLength(9);
    expect(ripeTasks(collected, undefined, at('2027-03-01T10:00:14Z'))).toHaveLength(0);
    expect(ripeTasks(collected, undefined, at('2027-03-01T10:00:15Z'))).toHaveLength(10);
  });
  it('is told after 45 seconds, though more comes', () => {
    const collected = tasks('2027-03-01T10:00:00Z', '2027-03-01T10:00:44Z');
    expect(ripeTasks(collected, undefined, at('2027-03-01T10:00:45Z'))).toHaveLength(2);
  });
  it('waits for a minute after a message of many incidents', () => {
    const collected = tasks('2027-03-01T10:00:00Z');
    const last = { at: moment('2027-03-01T09:59:30Z'), covered: 10 };
    expect(ripeTasks(collected, last, at('2027-03-01T10:00:29Z'))).toHaveLength(0);
    expect(ripeTasks(collected, last, at('2027-03-01T10:00:30Z'))).toHaveLength(1);
    expect(ripeTasks(collected, { ...last, covered: 9 }, at('2027-03-01T10:00:29Z'))).toHaveLength(1);
  });
});
