export * from './feed-state.ts';
export { memoryStore } from './memory-store.ts';
export * from './object-state.ts';
export * from './store.ts';
export * from './waiting-members.ts';
