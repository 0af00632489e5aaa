import { textOf } from '../directory/connection/entry.ts';
import type { DirectoryFacts } from '../plan/observed.ts';
import { deviceSchemaVersion } from '../prepare/places.ts';
import { readRoot } from '../prepare/session.ts';
import type { Context } from './context.ts';
import { type CheckLine, error, ok, warning } from './line.ts';

/** objectVersion of the schema (MS-ADTS §3.1.1.2.1, and adprep of later releases). */
const schemaNames: Readonly<Record<number, string>> = {
  30: '2003',
  31: '2003 R2',
  44: '2008',
  47: '2008 R2',
  56: '2012',
  69: '2012 R2',
  87: '2016',
  88: '2019',
  91: '2025',
};

/** msDS-Behavior-Version (MS-ADTS §6.1.4.2 to §6.1.4.4). */
const levelNames: Readonly<Record<number, string>> = {
  0: '2000',
  1: '2003 interim',
  2: '2003',
  3: '2008',
  4: '2008 R2',
  5: '2012',
  6: '2012 R2',
  7: '2016',
  10: '2025',
};

/** Below the first, members of a group are replicated all together; below the second there is no Recycle Bin. */
const levels = { linkedValues: 2, recycleBin: 4 } as const;

export function checkSchema({ session, settings, ids }: Context): CheckLine {
  const { schemaVersion, hasAttribute } = session.facts;
  const name = `Windows Server ${schemaNames[schemaVersion] ?? 'of an unknown release'} (objectVersion ${schemaVersion})`;
  if (settings.classes.includes('device') && ids.classOf('msDS-Device') === undefined) {
    return error(
      'schema',
      `The schema is that of ${name}; devices need that of 2012 R2 (${deviceSchemaVersion}).`,
      'Raise it with adprep /forestprep from a newer Windows Server, or take device out of classes in relay.yaml.',
    );
  }
  const absent = ['msDS-ExternalDirectoryObjectId', 'msDS-IsCompliant'].filter((one) => !hasAttribute(one));
  const without =
    absent.length === 0 ? '' : ` It has no ${absent.join(' and no ')}, so what needs it is left out.`;
  return ok('schema', `The schema is that of ${name} and has every class that is written.${without}`);
}

export async function checkFunctionalLevel({ session }: Context): Promise<CheckLine> {
  const root = await readRoot(session.connection, ['domainFunctionality', 'forestFunctionality']);
  const levelOf = (name: string): number => Number((root && textOf(root, name)) ?? 0);
  return levelLine(levelOf('domainFunctionality'), levelOf('forestFunctionality'));
}

/** What is to be said of these functional levels. */
export function levelLine(domain: number, forest: number): CheckLine {
  const nameOf = (level: number): string => `${levelNames[level] ?? 'unknown'} (${level})`;
  const detail = `The domain is at level ${nameOf(domain)}, the forest at ${nameOf(forest)}.`;
  const remedy = 'Raise it: Set-ADDomainMode, then Set-ADForestMode.';
  if (forest < levels.linkedValues) {
    const why = 'Below 2003, two changes of the same group on two domain controllers overwrite each other.';
    return error('functional-level', `${detail} ${why}`, remedy);
  }
  if (forest < levels.recycleBin) {
    return warning('functional-level', `${detail} Below 2008 R2 there is no Recycle Bin.`, remedy);
  }
  return ok('functional-level', detail);
}

export const checkRecycleBin = ({ session }: Context): CheckLine => recycleBinLine(session.facts);

/** What is to be said of a forest with or without it. */
export function recycleBinLine({
  recycleBin,
  vendor,
  dnsDomain,
}: Pick<DirectoryFacts, 'recycleBin' | 'vendor' | 'dnsDomain'>): CheckLine {
  if (recycleBin) return ok('recycle-bin', 'The Recycle Bin is on: a deleted object comes back whole.');
  if (vendor === 'samba') {
    return ok(
      'recycle-bin',
      'Samba has no Recycle Bin: a deleted object comes back with its SID and little else.',
    );
  }
  return warning(
    'recycle-bin',
    'The Recycle Bin is off: a group that is deleted and comes back has its SID, but has lost its members.',
    `Enable-ADOptionalFeature "Recycle Bin Feature" -Scope ForestOrConfigurationSet -Target ${dnsDomain} (it cannot be turned off again)`,
  );
}

export function checkExchange({ session, needs, settings }: Context): CheckLine {
  const mail = settings.classes.some((kind) => kind !== 'device' && needs[kind].mail);
  if (!session.facts.exchangePrepared) {
    return ok('exchange', 'The schema is not extended for Exchange, so no mail attributes are written.');
  }
  return ok(
    'exchange',
    `The schema is extended for Exchange; mail attributes are ${mail ? '' : 'not '}written, as the policy says.`,
  );
}
