import type { Directory } from './directory/directory.ts';

/**
 * A directory that is opened by its first call, and again by the next where opening failed: the relay
 * starts, and says what is wrong, while AD is away.
 */
export function lazyDirectory(open: () => Promise<Directory>): Directory {
  let opening: Promise<Directory> | undefined;
  const directory = (): Promise<Directory> => {
    opening ??= open().catch((error: unknown) => {
      opening = undefined;
      throw error;
    });
    return opening;
  };
  return {
    facts: async () => (await directory()).facts(),
    observe: async (request) => (await directory()).observe(request),
    deviceRegistration: async (insisted) => (await directory()).deviceRegistration(insisted),
    read: async (dn, attributes) => (await directory()).read(dn, attributes),
    async *members(group) {
      yield* (await directory()).members(group);
    },
    memberStates: async (group, resolved) => (await directory()).memberStates(group, resolved),
    findTaken: async (values) => (await directory()).findTaken(values),
    resolve: async (references) => (await directory()).resolve(references),
    observeMany: async (kind, ids, attributes) => (await directory()).observeMany(kind, ids, attributes),
    async *marked(kind) {
      yield* (await directory()).marked(kind);
    },
    apply: async (operation) => (await directory()).apply(operation),
    async close() {
      const opened = await opening?.catch(() => undefined);
      await opened?.close();
    },
  };
}
