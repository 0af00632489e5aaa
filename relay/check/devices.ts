import type { Dn } from '../../shared/domain/index.ts';
import { readDeviceServices } from '../directory/read/device-registration.ts';
import { type DeviceService, insistedOn } from '../plan/device-place.ts';
import { absoluteDn, isBelow, parentOf, parseDn, sameDn } from '../plan/dn.ts';
import { deletedObjects, devicePlaces } from '../prepare/places.ts';
import { inPowerShell } from '../prepare/quote.ts';
import type { Context } from './context.ts';
import { classesAt, includesName } from './effective.ts';
import { type CheckLine, error, ok, warning } from './line.ts';
import { inOrder, prepareCommandLine } from './remedies.ts';
import { checkPlace } from './rights.ts';

/**
 * The device registration service, where it points, and what the account may do there: every step that the troubleshooting
 * of Entra Connect's device writeback names.
 */
export async function checkDevices(context: Context): Promise<readonly CheckLine[]> {
  const { session, settings, ids } = context;
  if (!settings.classes.includes('device') || ids.classOf('msDS-Device') === undefined) return [];
  const services = await readDeviceServices(session, session.facts.configurationDn);
  const [service, another] = services;
  if (service === undefined) return [await noService(context)];
  if (another !== undefined) return [several(services)];
  return [place(context, service), ...(await location(context, service))];
}

/** Names what is missing on the way to the service. An account that may not read it sees the same as where there is none. */
async function noService(context: Context): Promise<CheckLine> {
  const { session } = context;
  const { configuration, services, service } = devicePlaces(session.facts.configurationDn);
  const steps = [
    [configuration, 'container'],
    [services, 'msDS-DeviceRegistrationServiceContainer'],
    [service, 'msDS-DeviceRegistrationService'],
  ] as const;
  const remedy = prepareCommandLine(context, 'device');
  for (const [dn, expected] of steps) {
    const classes = await classesAt(session, dn);
    if (classes === undefined)
      return error('device-service', `${dn} is not there, or the account may not read it.`, remedy);
    if (!includesName(classes, expected)) {
      const detail = `${dn} is of class ${classes.at(-1) ?? 'unknown'} and not ${expected}.`;
      return error(
        'device-service',
        detail,
        inOrder(`Remove-ADObject ${inPowerShell(dn)} -Recursive`, remedy),
      );
    }
  }
  return error('device-service', `${service} cannot be found by its class.`, remedy);
}

const several = (services: readonly DeviceService[]): CheckLine =>
  error(
    'device-service',
    `There are ${services.length} device registration services, and a forest may have one: ${services.map(({ dn }) => dn).join('; ')}.`,
    'Find out which one AD FS uses (Get-AdfsDeviceRegistration) and remove the others: Remove-ADObject "<DN>"',
  );

function place({ session }: Context, { dn, enabled }: DeviceService): CheckLine {
  const { services } = devicePlaces(session.facts.configurationDn);
  const parent = parentOf(dn);
  if (parent === undefined || !sameDn(parent, services)) {
    const remedy = `Move-ADObject ${inPowerShell(dn)} -TargetPath ${inPowerShell(services)}`;
    return error('device-service', `The service stands at ${dn}; AD FS looks below ${services}.`, remedy);
  }
  if (!enabled) {
    const remedy = `Set-ADObject ${inPowerShell(dn)} -Replace @{"msDS-IsEnabled"=$true}`;
    return warning('device-service', `${dn} is there, but msDS-IsEnabled is not TRUE.`, remedy);
  }
  const name = parseDn(dn)?.[0]?.value ?? '';
  if (name.toLowerCase() !== 'deviceregistrationservice') {
    const remedy = `Rename-ADObject ${inPowerShell(dn)} -NewName DeviceRegistrationService`;
    return warning(
      'device-service',
      `The one service is named ${name}; AD FS names it DeviceRegistrationService.`,
      remedy,
    );
  }
  return ok('device-service', `${dn} is the one device registration service.`);
}

async function location(context: Context, service: DeviceService): Promise<readonly CheckLine[]> {
  const { session, settings } = context;
  const anew = inOrder(`Remove-ADObject ${inPowerShell(service.dn)}`, prepareCommandLine(context, 'device'));
  const { location: dn } = service;
  if (dn === undefined) {
    const detail = `${service.dn} has no msDS-DeviceLocation, which can be set only when the object is created.`;
    return [error('device-location', detail, anew)];
  }
  if (isBelow(dn, deletedObjects(session.facts.baseDn))) {
    const detail = `The container that msDS-DeviceLocation names was deleted: ${dn}.`;
    const guid = /ADEL:(?<guid>[0-9a-f-]{36})/i.exec(dn)?.groups?.guid;
    const restore = guid === undefined ? [] : [`Restore-ADObject ${guid}`, 'Where that fails:'];
    return [error('device-container', detail, inOrder(...restore, anew))];
  }
  const classes = await classesAt(session, dn);
  if (classes === undefined) {
    const detail = `${dn}, which msDS-DeviceLocation names, is not there, or the account may not see it.`;
    return [error('device-container', detail, prepareCommandLine(context, 'device'))];
  }
  if (!includesName(classes, 'msDS-DeviceContainer')) {
    const detail = `${dn}, which msDS-DeviceLocation names, is of class ${classes.at(-1) ?? 'unknown'} and not msDS-DeviceContainer; AD takes no device there.`;
    return [error('device-container', detail, inOrder(...outOfTheWay(context, dn), anew))];
  }
  const elsewhere = insistedContainers(context).filter((one) => !sameDn(one, dn));
  const places = [dn, ...elsewhere];
  const allowed = settings.containers.map((one) => absoluteDn(one, session.facts.baseDn));
  const outside = places.filter((one) => !allowed.some((own) => sameDn(own, one) || isBelow(one, own)));
  const checked = await Promise.all(places.map((one) => checkPlace(context, { kind: 'device', dn: one })));
  return [
    ok('device-location', `msDS-DeviceLocation names ${dn}.`),
    ...elsewhere.map((one) => unseen(one, dn)),
    ...outside.map((one) => notAllowed(one, allowed)),
    ...checked.flat(),
  ];
}

/** Where rules of the policy put devices, whatever the service says. */
const insistedContainers = ({ needs, session }: Context): readonly Dn[] =>
  needs.device.containers.flatMap((container) => insistedOn(container, session.facts.baseDn) ?? []);

const unseen = (dn: Dn, location: Dn): CheckLine =>
  warning(
    'device-container',
    `The policy puts devices into ${dn}; AD FS looks into ${location} alone.`,
    'Take `container` out of the policy: then devices go where msDS-DeviceLocation points.',
  );

/** What stands where the container will be made keeps it from being made. With something in it, the command removes nothing. */
const outOfTheWay = ({ needs, session }: Context, dn: Dn): readonly string[] =>
  needs.device.containers.some((one) => sameDn(absoluteDn(one, session.facts.baseDn), dn))
    ? [`Remove-ADObject ${inPowerShell(dn)}`]
    : [];

const notAllowed = (dn: Dn, allowed: readonly Dn[]): CheckLine =>
  error(
    'device-container',
    `Devices go into ${dn}, which relay.yaml does not allow (containers: ${allowed.join('; ')}).`,
    'Add it to containers in relay.yaml.',
  );
