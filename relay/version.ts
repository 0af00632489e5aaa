import manifest from '../package.json' with { type: 'json' };

/** The version of this program, as outcomes and the health endpoint name it. */
export const relayVersion: string = manifest.version;
