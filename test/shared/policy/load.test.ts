import { describe, expect, it } from 'vitest';
import { defaultPolicy, formatPolicyErrors, loadPolicy } from '../../../shared/policy/index.ts';
import { policyOf } from './world.ts';

const errorsOf = (yaml: string) => {
  const result = loadPolicy(yaml);
  return result.ok ? [] : result.errors;
};

const wrong = `tenantDefalt: on
defaults:
  groups: { scope: universl, name: { commonNam: x } }
groups:
  - rule: A
    when:
      all:
        - { attribute: displayNam, operator: startsWith, value: x }
        - { attribute: displayName, operator: startWith, value: x }
        - { attribute: dynamic, operator: equals, value: x }
        - any:
            - { attribute: kind, operator: equals, value: securty }
            - { attribute: displayName, operator: regexMatch, value: '(?=x)' }
        - nott: { attribute: kind, operator: isNull }
    ou: Groups
    name: { commonName: '{Left(displayName)}', samAccountName: fixed }
    deletion: { disabled: quarantine, hardDeleted: remove }
    limits: { members: 300000 }
    attributes: { member: x, info: '{descripton}' }
  - rule: A
    writeback: 'yes'
  - writeback: true
`;

describe('a policy file', () => {
  it('with many mistakes reports all of them at once, each with its place, and a remedy', () => {
    const found = errorsOf(wrong).map(({ line, path, message, remedy }) => [
      line,
      path,
      `${message} ${remedy}`,
    ]);
    expect(found).toEqual([
      [1, 'tenantDefalt', expect.stringContaining('Did you mean tenantDefault?')],
      [3, 'defaults.groups.scope', expect.stringContaining('universal, global, domainLocal')],
      [3, 'defaults.groups.name.commonNam', expect.stringContaining('Did you mean commonName?')],
      [8, 'groups[0].when.all[0].attribute', expect.stringContaining('Did you mean displayName?')],
      [9, 'groups[0].when.all[1].operator', expect.stringContaining('Did you mean startsWith?')],
      [10, 'groups[0].when.all[2].operator', expect.stringContaining('isTrue, isFalse')],
      [12, 'groups[0].when.all[3].any[0].value', expect.stringContaining('Did you mean security?')],
      [13, 'groups[0].when.all[3].any[1].value', expect.stringContaining('no look-around')],
      [14, 'groups[0].when.all[4]', expect.stringContaining('all, any or not')],
      [15, 'groups[0].ou', expect.stringContaining('OU=EntraWriteback')],
      [16, 'groups[0].name.commonName', expect.stringContaining('Left takes 2 arguments, not 1')],
      [16, 'groups[0].name.samAccountName', expect.stringContaining('all objects would get the same name')],
      [17, 'groups[0].deletion.disabled', expect.stringContaining('needs a place')],
      [17, 'groups[0].deletion.hardDeleted', expect.stringContaining('keep, delete')],
      [18, 'groups[0].limits.members', expect.stringContaining('250000')],
      [19, 'groups[0].attributes.member', expect.stringContaining('not known here')],
      [19, 'groups[0].attributes.info', expect.stringContaining('Did you mean description?')],
      [20, 'groups[1].rule', expect.stringContaining('groups[0] has the same name')],
      [21, 'groups[1].writeback', expect.stringContaining('true, false or asConfigured')],
      [22, 'groups[2].rule', expect.stringContaining('is missing')],
    ]);
  });

  it.each([
    ['{ any: x }', 'groups[0].when.any', 'a list'],
    ['{ attribute: displayName, operator: startsWith }', 'groups[0].when.value', 'is missing'],
    ['{ attribute: displayName, value: x }', 'groups[0].when.operator', 'is missing'],
    ['{ not: [] }', 'groups[0].when.not', 'is no condition'],
    ['{ all: [] }', 'groups[0].when.all', 'at least 1'],
  ])('takes the condition %s for what it was meant to be', (when, path, message) => {
    const errors = errorsOf(`groups: [{ rule: R, when: ${when} }]`);
    expect(errors.map((error) => [error.path, `${error.message} ${error.remedy}`])).toEqual([
      [path, expect.stringContaining(message)],
    ]);
  });

  it('names the column and the value of a mistake', () => {
    const [error] = errorsOf('groups:\n  - { rule: R, scope: wide }');
    expect(error).toMatchObject({ line: 2, column: 23, value: '"wide"' });
    expect(formatPolicyErrors(errorsOf('tenantDefault: maybe'), 'p.yaml')).toMatch(
      /^p\.yaml:1:16: tenantDefault: /,
    );
  });

  it.each([
    ['groups: [', /./],
    ['a: 1\na: 2', /unique/i],
    ['a: 1\n---\na: 2', /^A second document begins/],
    ['- rule', /object/],
    ['just text', /object/],
    [`${'x'.repeat(1_000_001)}`, /longer than/],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]\nd: [*b,*b]',
      /alias/i,
    ],
  ])('that is not what it should be is an error, never a throw (%#)', (yaml, message) => {
    expect(errorsOf(yaml)[0]?.message).toMatch(message);
  });

  it('may be JSON', () => {
    expect(policyOf('{"tenantDefault": "off"}').tenantDefault).toBe('off');
  });

  it.each(['', '# nothing but a comment', '{}', '---'])(
    'that says nothing is the default policy (%j)',
    (yaml) => {
      expect(policyOf(yaml).version).toBe(defaultPolicy().version);
    },
  );

  it('keeps of the default policy what it does not say', () => {
    const policy = policyOf('defaults: { groups: { ou: OU=Cloud, name: { collision: appendId } } }');
    expect(policy.groups.map(({ name }) => name)).toEqual(['Microsoft 365 groups', 'Security groups']);
    expect(policy.groups[0]?.settings).toMatchObject({
      ou: 'OU=Cloud',
      name: { collision: 'appendId', samAccountNameLimit: 256 },
    });
  });
});

describe('the version of a policy', () => {
  const version = (yaml: string) => policyOf(yaml).version;

  it('does not change with comments, the order of keys or defaults written out', () => {
    const one = version('tenantDefault: off\ngroups: [{ rule: R, scope: global, writeback: true }]');
    expect(version('# note\ngroups: [{ writeback: true, rule: R, scope: global }]\ntenantDefault: off')).toBe(
      one,
    );
    expect(
      version('tenantDefault: off\ngroups: [{ rule: R, scope: global, writeback: true, mail: auto }]'),
    ).toBe(one);
    expect(one).toMatch(/^[0-9a-f]{12}$/);
  });

  it('does not change with the order of entries in a map', () => {
    const one = version('defaults: { groups: { attributes: { info: x, url: y } } }');
    expect(version('defaults: { groups: { attributes: { url: y, info: x } } }')).toBe(one);
  });

  it('changes with every setting and with the order of rules', () => {
    const versions = [
      'groups: [{ rule: A }, { rule: B }]',
      'groups: [{ rule: B }, { rule: A }]',
      'groups: [{ rule: A, scope: global }, { rule: B }]',
      'groups: [{ rule: A, when: { attribute: dynamic, operator: isTrue } }, { rule: B }]',
      'exchange: { organization: Contoso }',
    ].map(version);
    expect(new Set(versions).size).toBe(versions.length);
  });
});
