/** Whole seconds from a moment to now; 0 where it lies ahead. */
export const secondsSince = (moment: string, now: Date): number =>
  Math.max(0, Math.round((now.getTime() - Date.parse(moment)) / 1000));
