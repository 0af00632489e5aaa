import { DirectoryError, directoryErrorCodes } from '../directory/index.ts';
import { checkAccount } from './account.ts';
import { checkClock } from './clock.ts';
import { checkCatalogs, checkConnections } from './connections.ts';
import { type Context, openContext } from './context.ts';
import { checkDeletedObjects } from './deleted-objects.ts';
import { checkDevices } from './devices.ts';
import { checkElsewhere } from './elsewhere.ts';
import { checkExchange, checkFunctionalLevel, checkRecycleBin, checkSchema } from './forest.ts';
import { type CheckLine, type CheckReport, error, reportOf } from './line.ts';
import { checkPolicy, checkServiceBus } from './outside.ts';
import { placesOf } from './places.ts';
import type { StartConsent } from './refuse-to-start.ts';
import { type CheckProbes, type CheckRequest, directorySettingsOf } from './request.ts';
import { checkPlace } from './rights.ts';
import { checkSourceOfAuthority } from './source-of-authority.ts';
import { checkUpnSuffixes } from './upn-suffixes.ts';

/**
 * Looks at everything that writeback needs, with the relay's own account, and writes nothing. What cannot be asked because
 * something before it is broken has no line.
 */
export async function runCheck(
  request: CheckRequest & StartConsent,
  probes: CheckProbes,
): Promise<CheckReport> {
  const directory = directorySettingsOf(request.settings);
  const [reached, bus, policy] = await Promise.all([
    checkConnections(directory, probes.now),
    checkServiceBus(probes),
    checkPolicy(probes, request.policy),
  ]);
  const [url] = reached.urls;
  const inside = url === undefined ? [] : await checkInside({ ...directory, urls: [url] }, request, probes);
  return reportOf([...reached.lines, ...inside, bus, policy]);
}

async function checkInside(
  directory: ReturnType<typeof directorySettingsOf>,
  request: CheckRequest & StartConsent,
  probes: CheckProbes,
): Promise<readonly CheckLine[]> {
  try {
    const context = await openContext(directory, request);
    try {
      return await checkForest(context, request, probes);
    } finally {
      await context.session.close();
    }
  } catch (cause) {
    if (!(cause instanceof DirectoryError)) throw cause;
    return [error('connection', cause.message, directoryErrorCodes[cause.code].remedy)];
  }
}

async function checkForest(
  context: Context,
  consent: StartConsent,
  { now }: CheckProbes,
): Promise<readonly CheckLine[]> {
  const { places, lines } = placesOf(context);
  const answers = await Promise.all([
    checkCatalogs(directorySettingsOf(context.settings), context.session.domains, now),
    checkClock(context.session.connection, now),
    checkAccount(context, consent),
    checkElsewhere(context),
    checkSchema(context),
    checkFunctionalLevel(context),
    checkRecycleBin(context),
    checkDeletedObjects(context, places),
    checkExchange(context),
    checkUpnSuffixes(context),
    checkSourceOfAuthority(context),
    lines,
    ...places.map((place) => checkPlace(context, place)),
    checkDevices(context),
  ]);
  return answers.flat();
}
