import { type Directory, type DirectoryEvent, openDirectory } from './directory/index.ts';
import { lazyDirectory } from './lazy-directory.ts';
import type { Log } from './log.ts';
import { passwordOf } from './secrets.ts';
import type { RelaySettings } from './settings.ts';

/** AD as relay.yaml describes it; opened when it is first needed. */
export function directoryFor(settings: RelaySettings, log: Log): Directory {
  const { passwordFile: _file, passwordEnv: _env, ...directory } = settings.directory;
  return lazyDirectory(() =>
    openDirectory({
      ...directory,
      password: () => passwordOf(settings),
      markedContainers: settings.containers,
      report: (event) => logEvent(log, event),
    }),
  );
}

/** Events of the connections under stable names: `directory.connected`, `directory.failedOver` and so on. */
function logEvent(log: Log, { event, ...fields }: DirectoryEvent): void {
  log(`directory.${event}`, fields, event === 'connected' ? 'info' : 'warn');
}
