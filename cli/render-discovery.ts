import { styleText } from 'node:util';
import type { Discovery, GroupFate, Known } from '../shared/flow/ask/discover.ts';

const bold = (text: string): string => styleText('bold', text);
const dim = (text: string): string => styleText('dim', text);
const heading = (text: string): string => styleText('underline', text);
const row = (question: string, answer: string): string => `  ${question.padEnd(38)} ${answer}`;

/** An answer, or why there is none. */
const told = <T>(known: Known<T>, show: (value: T) => string): string =>
  known.known ? show(known.value) : styleText('yellow', `not known: ${known.why}`);

const yesNo = (value: boolean | undefined): string =>
  value === undefined ? dim('not told') : value ? bold('on') : 'off';

const kinds: Readonly<Record<GroupFate['kind'], string>> = {
  microsoft365: 'Microsoft 365',
  security: 'security',
  mailEnabledSecurity: 'mail-enabled security',
  distributionList: 'distribution list',
  unknown: 'of unknown kind',
};

const sources: Readonly<Record<GroupFate['source'], string>> = {
  cloud: '',
  onPremises: ', synced from AD',
  movedToCloud: ', moved from AD',
};

/** The planning questions and their answers, as a page for the terminal. */
export function renderDiscovery(found: Discovery): string {
  return [
    ...tenantPart(found),
    '',
    ...connectPart(found),
    '',
    ...forestPart(found),
    '',
    ...devicesPart(found),
    '',
    ...groupsPart(found),
  ].join('\n');
}

function tenantPart({ organization, groupSettings }: Discovery): readonly string[] {
  return [
    heading('Tenant'),
    row(
      'Organisation',
      told(organization, ({ displayName, id }) => `${bold(displayName ?? '')}  ${dim(id)}`),
    ),
    row(
      'Licence of Entra ID',
      told(organization, ({ licence }) => (licence === 'free' ? 'free' : bold(licence))),
    ),
    row(
      'Synchronised from AD',
      told(organization, ({ onPremisesSyncEnabled, onPremisesLastSyncDateTime }) =>
        onPremisesSyncEnabled ? `yes, last on ${onPremisesLastSyncDateTime ?? 'an unknown day'}` : 'no',
      ),
    ),
    row(
      'New Microsoft 365 groups are written',
      told(
        groupSettings,
        ({ newUnifiedGroupWritebackDefault, configured }) =>
          `${newUnifiedGroupWritebackDefault ? bold('yes') : 'no'}  ${dim(configured ? 'set in Group.Unified' : 'not set: the default of Entra')}`,
      ),
    ),
  ];
}

function connectPart({ features }: Discovery): readonly string[] {
  const title = heading('Writeback features of Entra Connect');
  if (!features.known)
    return [
      title,
      `  ${told(features, String)}`,
      dim('  Give --token-file with the token of a person to ask.'),
    ];
  const {
    groupWriteBackEnabled,
    unifiedGroupWritebackEnabled,
    deviceWritebackEnabled,
    userWritebackEnabled,
  } = features.value;
  const stillOn =
    groupWriteBackEnabled || unifiedGroupWritebackEnabled || deviceWritebackEnabled || userWritebackEnabled;
  return [
    title,
    row('Group writeback v1', yesNo(groupWriteBackEnabled)),
    row('Group writeback v2', yesNo(unifiedGroupWritebackEnabled)),
    row('Device writeback', yesNo(deviceWritebackEnabled)),
    row('User writeback', yesNo(userWritebackEnabled)),
    ...(stillOn
      ? [
          styleText(
            'yellow',
            '  Two writers must not write the same objects: turn off in Entra Connect what this product is to write.',
          ),
        ]
      : []),
  ];
}

function forestPart({ forest }: Discovery): readonly string[] {
  const title = heading('Active Directory');
  if (!forest.known) return [title, `  ${told(forest, String)}`];
  const { dnsDomain, schemaVersion, exchangePrepared, recycleBin } = forest.value;
  return [
    title,
    row('Domain', bold(dnsDomain)),
    row('Schema', `${schemaVersion}  ${dim(schemaName(schemaVersion))}`),
    row(
      'Prepared for Exchange',
      exchangePrepared ? bold('yes') : `no  ${dim('mail attributes are left out')}`,
    ),
    row(
      'Recycle Bin',
      recycleBin
        ? bold('on')
        : `off  ${dim('a deleted group that is restored comes back without its members and most attributes')}`,
    ),
  ];
}

const schemaNames: readonly (readonly [from: number, name: string])[] = [
  [90, 'Windows Server 2025 or later'],
  [88, 'Windows Server 2019 or 2022'],
  [87, 'Windows Server 2016'],
  [69, 'Windows Server 2012 R2'],
  [56, 'Windows Server 2012'],
  [47, 'Windows Server 2008 R2'],
];

const schemaName = (version: number): string =>
  schemaNames.find(([from]) => version >= from)?.[1] ?? 'older than Windows Server 2008 R2';

function devicesPart({ devices: { written, missing } }: Discovery): readonly string[] {
  return [
    heading('Devices'),
    row('Written by the policy', written ? bold('yes') : `no  ${dim('no rule writes them')}`),
    ...missing.map(({ message }) => styleText('yellow', `  ${message}`)),
  ];
}

function groupsPart({ groups, policyVersion }: Discovery): readonly string[] {
  const title = heading('Groups');
  if (!groups.known) return [title, `  ${told(groups, String)}`];
  const { total, dynamic, roleAssignable, microsoft365, fates } = groups.value;
  const { on, off, notSet, types } = microsoft365;
  const sum = (wanted: (fate: GroupFate) => boolean): number =>
    fates.filter(wanted).reduce((all, { count }) => all + count, 0);
  const isWritten = ({ outcome }: GroupFate): boolean => outcome === 'write';
  return [
    title,
    row(
      'In the tenant',
      `${bold(String(total))}  ${dim(`${dynamic} dynamic, ${roleAssignable} role-assignable`)}`,
    ),
    row('Writeback set on Microsoft 365 groups', `${on} on, ${off} off, ${notSet} not set`),
    ...Object.entries(types).map(([type, count]) => row('', dim(`${count} as ${type}`))),
    '',
    `  ${bold(String(sum(isWritten)))} would be written under policy ${policyVersion}`,
    ...fates.filter(isWritten).map(fateLine),
    '',
    `  ${bold(String(sum((fate) => !isWritten(fate))))} would not`,
    ...fates.filter((fate) => !isWritten(fate)).flatMap((fate) => [fateLine(fate), namesLine(fate)]),
  ];
}

const fateLine = ({ kind, source, reason, count }: GroupFate): string =>
  `  ${String(count).padStart(7)}  ${`${kinds[kind]}${sources[source]}`.padEnd(38)} ${reason}`;

/** The first of the groups, as far as a line goes. */
function namesLine({ examples, count }: GroupFate): string {
  const names = examples.slice(0, 3).map(({ displayName }) => displayName);
  const more = count - names.length;
  return dim(`           ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}`);
}
