import type { Bus } from '../../../shared/bus/index.ts';
import type { Graph } from '../../../shared/graph/index.ts';
import type { StateStore } from '../../../shared/state/index.ts';

/** The process ended here. */
export class Crash extends Error {}

/**
 * Lets the process end at a chosen call of a port: just before the call, or just after its effect is
 * durable and before anybody knows of it.
 */
export type Crashes = {
  /** How many calls there were since the last plan. */
  calls(): number;
  /**
   * Ends the process at this call from now on (0: the next); none where undefined. `effects`: only what
   * is sent or stored is counted, as a process that ends at a read ends before its next effect.
   */
  plan(call: number | undefined, when?: 'before' | 'after', of?: 'calls' | 'effects'): void;
  bus(bus: Bus): Bus;
  store(store: StateStore): StateStore;
  graph(graph: Graph): Graph;
};

export function createCrashes(): Crashes {
  let calls = 0;
  let at: number | undefined;
  let when: 'before' | 'after' = 'before';
  let counted: 'calls' | 'effects' = 'calls';

  const step = async <T>(work: () => Promise<T>, isEffect = false): Promise<T> => {
    if (counted === 'effects' && !isEffect) return work();
    const mine = calls;
    calls += 1;
    if (mine === at && when === 'before') throw new Crash(`before call ${mine}`);
    const result = await work();
    if (mine === at) throw new Crash(`after call ${mine}`);
    return result;
  };
  async function* stream<T>(source: AsyncIterable<T>): AsyncIterable<T> {
    const iterator = source[Symbol.asyncIterator]();
    for (;;) {
      const next = await step(() => iterator.next());
      if (next.done) return;
      yield next.value;
    }
  }

  return {
    calls: () => calls,
    plan(call, how = 'before', of = 'calls') {
      calls = 0;
      at = call;
      when = how;
      counted = of;
    },
    bus: (bus) => ({
      send: (queue, outgoing, options) => step(() => bus.send(queue, outgoing, options), true),
      close: () => bus.close(),
    }),
    store: (store) => ({
      get: (partition, key) => step(() => store.get(partition, key)),
      put: (partition, key, value, condition) =>
        step(() => store.put(partition, key, value, condition), true),
      delete: (partition, key, condition) => step(() => store.delete(partition, key, condition), true),
      list: (partition, range) => stream(store.list(partition, range)),
      close: () => store.close(),
    }),
    graph: (graph) => ({
      ...graph,
      readObject: (object, needs) => step(() => graph.readObject(object, needs)),
      readMemberRecords: (ids) => step(() => graph.readMemberRecords(ids)),
      countMembers: (groups) => step(() => graph.countMembers(groups)),
      completeSnapshots: (snapshots, needs) => step(() => graph.completeSnapshots(snapshots, needs)),
      readMembers: (group, options) => stream(graph.readMembers(group, options)),
      listObjects: (kind, options) => stream(graph.listObjects(kind, options)),
      drainFeed: (feed, from, needs) => stream(graph.drainFeed(feed, from, needs)),
    }),
  };
}
