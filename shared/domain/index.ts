/** The words of the domain as types. Pure: no clock, no environment, no I/O. */
export * from './change.ts';
export * from './comparison.ts';
export * from './decision.ts';
export * from './desired.ts';
export * from './ids.ts';
export * from './intent.ts';
export * from './marker.ts';
export * from './member.ts';
export * from './operation.ts';
export * from './outcome.ts';
export * from './read-outcome.ts';
export * from './reason.ts';
export * from './reference.ts';
export * from './snapshot.ts';
export * from './violation.ts';
