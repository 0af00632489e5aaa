/** Notification → change; kinds of groups, users and devices. Pure. */
export * from './device-kind.ts';
export * from './group-kind.ts';
export * from './lifecycle.ts';
export { type ChangeNotification, type NotificationResult, readNotification } from './notification.ts';
export * from './notification-body.ts';
export * from './resource.ts';
export * from './user-kind.ts';
