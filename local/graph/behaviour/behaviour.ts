import { z } from 'zod';
import { behaviourSchema, type Settings } from './settings.ts';

/** Part of the settings, at any depth. */
export type SettingsPatch = { readonly [name: string]: unknown };

/** The settings in force. They can be changed at any time, by code or over HTTP. */
export type Behaviour = {
  /** The live settings; counters such as `next` go down as they are used. */
  readonly settings: Settings;
  /**
   * Merges a part into the settings; arrays replace.
   * @throws Error that names the field and the value when the result is not valid; nothing is changed then.
   */
  change(patch: SettingsPatch): void;
  /** Back to Graph on a good day. */
  reset(): void;
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const merge = (base: Record<string, unknown>, patch: SettingsPatch): Record<string, unknown> => {
  const merged = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    const old = merged[name];
    merged[name] = isRecord(value) && isRecord(old) ? merge(old, value) : value;
  }
  return merged;
};

const validate = (candidate: unknown): Settings => {
  const parsed = behaviourSchema.safeParse(candidate);
  if (!parsed.success) throw new Error(`The behaviour is not valid. ${z.prettifyError(parsed.error)}`);
  return parsed.data;
};

export const createBehaviour = (
  initial: SettingsPatch = {},
  changed: (settings: Settings) => void = () => {},
): Behaviour => {
  let settings = validate(initial);
  const replace = (next: Settings) => {
    settings = next;
    changed(settings);
  };
  changed(settings);
  return {
    get settings() {
      return settings;
    },
    change: (patch) => replace(validate(merge(settings, patch))),
    reset: () => replace(validate({})),
  };
};
