/** Work that is scheduled or running, so that it can be awaited and stopped. */
export type Timers = {
  after(ms: number, run: () => void): void;
  /** Follows a promise that never rejects. */
  track(work: Promise<void>): void;
  /** Resolves when nothing is scheduled or running any more. */
  settled(): Promise<void>;
  stop(): void;
};

export const createTimers = (): Timers => {
  const scheduled = new Set<NodeJS.Timeout>();
  const running = new Set<Promise<void>>();
  let waiters: (() => void)[] = [];
  let isStopped = false;

  const isIdle = () => scheduled.size === 0 && running.size === 0;
  const tellIfIdle = () => {
    if (!isIdle()) return;
    const told = waiters;
    waiters = [];
    for (const tell of told) tell();
  };

  return {
    after: (ms, run) => {
      if (isStopped) return;
      const timer = setTimeout(() => {
        scheduled.delete(timer);
        run();
        tellIfIdle();
      }, ms);
      timer.unref();
      scheduled.add(timer);
    },
    track: (work) => {
      running.add(work);
      work.finally(() => {
        running.delete(work);
        tellIfIdle();
      });
    },
    settled: () => (isIdle() ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    stop: () => {
      isStopped = true;
      for (const timer of scheduled) clearTimeout(timer);
      scheduled.clear();
      tellIfIdle();
    },
  };
};
