import { InvalidArgumentError, Option } from 'commander';

/** An option that takes a number of seconds, at least half a one. */
export const secondsOption = (flags: string, description: string): Option =>
  new Option(flags, description).argParser((text: string): number => {
    const value = Number(text);
    if (!(value >= 0.5)) throw new InvalidArgumentError('It is a number of seconds, at least 0.5.');
    return value;
  });
