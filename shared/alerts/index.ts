/** Violations reach people: routes, messages, and channels that fall back on each other. */
export { type AlertConfigState, alertsFile } from './config/alerts-file.ts';
export { ChannelSettings, settingsOf } from './config/channels.ts';
export { alertsJsonSchema } from './config/known-keys.ts';
export {
  type AlertConfigError,
  type AlertConfigResult,
  formatAlertErrors,
  loadAlertConfig,
} from './config/load.ts';
export { AlertConfig, Condition, type Mute, type Route } from './config/schema.ts';
export { type Alerts, createAlerts } from './create-alerts.ts';
export type { AlertParts, AlertTrouble } from './flow/deps.ts';
export { createLinks } from './message/links.ts';
export type { Send, SendDeps, SendResult } from './send/channel.ts';
export { createSender } from './send/create-sender.ts';
export { graphMailOver } from './send/graph-requests.ts';
