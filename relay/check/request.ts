import type { Policy } from '../../shared/policy/index.ts';
import type { DirectorySettings } from '../directory/index.ts';
import { passwordOf } from '../settings/secrets.ts';
import type { RelaySettings } from '../settings/settings.ts';

/** What is checked: the relay's own settings and, where it is known, the policy by which the cloud decides. */
export type CheckRequest = {
  readonly settings: RelaySettings;
  /** Tells which kind goes where and which further attributes are written; absent: the default policy. */
  readonly policy?: Policy | undefined;
  /** Where that policy lies, for the commands that mend something. */
  readonly policyFile?: string | undefined;
};

/** What is outside of AD, asked by whoever calls. */
export type CheckProbes = {
  readonly now: () => Date;
  /** Opens a link to the namespace and answers its name; throws where it cannot. */
  readonly serviceBus: () => Promise<string>;
  /** The policy of the last intent that the relay has seen; undefined where none has come yet. */
  readonly policySeen: () => Promise<{ readonly version: string; readonly at: string } | undefined>;
};

/** How the relay reaches AD. */
export function directorySettingsOf(settings: RelaySettings): DirectorySettings {
  const {
    passwordFile: _file,
    passwordEnv: _env,
    passwordCredential: _credential,
    ...directory
  } = settings.directory;
  return {
    ...directory,
    password: () => passwordOf(settings),
    markedContainers: settings.containers,
  };
}
