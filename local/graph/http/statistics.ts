export type RouteStatistics = { requests: number; units: number; readonly statuses: Record<string, number> };

/** What was asked of the double since the start or the last reset. */
export type StatisticsReport = {
  readonly requests: number;
  readonly units: number;
  /** By method and path template, such as `GET /groups/{id}/members`. */
  readonly routes: Readonly<Record<string, RouteStatistics>>;
  readonly notifications: Readonly<Record<NotificationEvent, number>>;
};

export type NotificationEvent =
  | 'queued'
  | 'delivered'
  | 'failed'
  | 'retried'
  | 'dropped'
  | 'duplicated'
  | 'delayed';

export type Statistics = {
  request(route: string, units: number, status: number): void;
  notification(event: NotificationEvent, count?: number): void;
  report(): StatisticsReport;
  reset(): void;
};

const noNotifications = (): Record<NotificationEvent, number> => ({
  queued: 0,
  delivered: 0,
  failed: 0,
  retried: 0,
  dropped: 0,
  duplicated: 0,
  delayed: 0,
});

export const createStatistics = (): Statistics => {
  const routes = new Map<string, RouteStatistics>();
  let notifications = noNotifications();
  const sum = (read: (each: RouteStatistics) => number) =>
    [...routes.values()].reduce((total, each) => total + read(each), 0);

  return {
    request: (route, units, status) => {
      const entry = routes.get(route) ?? { requests: 0, units: 0, statuses: {} };
      entry.requests += 1;
      entry.units += units;
      entry.statuses[status] = (entry.statuses[status] ?? 0) + 1;
      routes.set(route, entry);
    },
    notification: (event, count = 1) => {
      notifications[event] += count;
    },
    report: () => ({
      requests: sum((each) => each.requests),
      units: sum((each) => each.units),
      routes: structuredClone(
        Object.fromEntries([...routes].sort(([one], [other]) => one.localeCompare(other))),
      ),
      notifications: { ...notifications },
    }),
    reset: () => {
      routes.clear();
      notifications = noNotifications();
    },
  };
};
