export * from './bus.ts';
export * from './codec.ts';
export * from './messages.ts';
export * from './queues.ts';
