import { refuseToStart } from './check/index.ts';
import { type Directory, DirectoryError, type DirectoryEvent, openDirectory } from './directory/index.ts';
import { lazyDirectory } from './lazy-directory.ts';
import type { Log } from './log.ts';
import { passwordOf } from './settings/secrets.ts';
import type { RelaySettings } from './settings/settings.ts';

/** A password that was refused is not tried again for so long: each time counts towards the lock-out. */
const refusedForMs = 60_000;

/**
 * AD as relay.yaml describes it; opened when it is first needed. An account that rules the domain is
 * refused before anything is read or written: `onRefused` is told why, and no call ever answers.
 */
export function directoryFor(
  settings: RelaySettings,
  log: Log,
  onRefused: (reason: string) => void = () => {},
): Directory {
  const {
    passwordFile: _file,
    passwordEnv: _env,
    passwordCredential: _credential,
    ...rest
  } = settings.directory;
  const given = {
    ...rest,
    password: () => passwordOf(settings),
    markedContainers: settings.containers,
    report: (event: DirectoryEvent) => logEvent(log, event),
  };
  const open = async (): Promise<Directory> => {
    const refusal = await refuseToStart(given, settings);
    if (refusal === undefined) return openDirectory(given);
    onRefused(refusal);
    return new Promise<never>(() => {});
  };
  return lazyDirectory(sparingly(open, () => passwordOf(settings)));
}

/** Opens at once with another password, but not again and again with one that was refused. */
function sparingly(
  open: () => Promise<Directory>,
  password: () => Promise<string>,
): () => Promise<Directory> {
  let refused: { readonly error: DirectoryError; readonly password: string; readonly at: number } | undefined;
  return async () => {
    const now = performance.now();
    const current = await password();
    if (refused?.password === current && now - refused.at < refusedForMs) throw refused.error;
    try {
      return await open();
    } catch (error) {
      if (error instanceof DirectoryError && error.kind === 'credentials')
        refused = { error, password: current, at: now };
      throw error;
    }
  };
}

/** Events of the connections under stable names: `directory.connected`, `directory.failedOver` and so on. */
function logEvent(log: Log, { event, ...fields }: DirectoryEvent): void {
  const told = event === 'noDeletedObjectsShown' ? { message: noneShown } : fields;
  const quiet = event === 'noDeletedObjectsShown' || event === 'connected';
  log(`directory.${event}`, told, quiet ? 'info' : 'warn');
}

const noneShown =
  'AD shows the account no deleted object. In a new domain there is none; otherwise let the account see them (entra-writeback prepare --restore-deleted), or what was deleted comes back with a new SID.';
