import type { DesiredObject, Intent, Membership, RemovalMode } from '../../shared/domain/index.ts';

export type EndingMode = Exclude<RemovalMode, 'keep'>;

/** Make the AD object as desired. */
export type WriteTask = {
  readonly do: 'write';
  readonly desired: DesiredObject;
  readonly membership: Membership;
};

/** End the AD object. `quarantine` is where that mode moves it. */
export type RemoveTask = {
  readonly do: 'remove';
  readonly mode: EndingMode;
  readonly quarantine: string | undefined;
};

/** What an intent asks the planner for. An inspection asks what the write or removal it carries would do. */
export type Task = WriteTask | RemoveTask | { readonly do: 'look' };

export function taskOf(intent: Intent): Task {
  switch (intent.type) {
    case 'write':
      return { do: 'write', desired: intent.desired, membership: intent.membership };
    case 'remove':
      return { do: 'remove', mode: intent.mode, quarantine: intent.quarantine };
    case 'inspect':
      if (intent.desired) return { do: 'write', desired: intent.desired, membership: intent.membership };
      if (intent.mode) return { do: 'remove', mode: intent.mode, quarantine: intent.quarantine };
      return { do: 'look' };
  }
}
