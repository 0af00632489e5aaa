/** What must survive: a narrow store, and typed repositories on top of it. */
export * from './audit.ts';
export * from './dependants.ts';
export * from './feed-state.ts';
export * from './holds.ts';
export * from './incidents.ts';
export * from './latencies.ts';
export * from './object-counts.ts';
export * from './object-state.ts';
export { stateLimits } from './object-state-bounds.ts';
export * from './open-store.ts';
export * from './relays.ts';
export * from './state-error.ts';
export * from './store.ts';
export * from './stores/file-store.ts';
export * from './stores/memory-store.ts';
export * from './stores/table-store.ts';
export * from './subscription-state.ts';
export * from './waiting-members.ts';
