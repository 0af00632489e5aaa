import { debuglog } from 'node:util';
import type { Dn, ObjectKind } from '../../shared/domain/index.ts';
import { absoluteDn } from '../plan/dn.ts';
import type { ObservedMember } from '../plan/observed.ts';
import { catalogUrls } from './connection/catalog-urls.ts';
import type { Connection } from './connection/connection.ts';
import { createPool } from './connection/pool.ts';
import type { Directory } from './directory.ts';
import { directoryError } from './errors/directory-error.ts';
import { membersAmong } from './members/member-states.ts';
import { readMemberSlice } from './members/read-members.ts';
import { resolveEverywhere } from './members/resolve-everywhere.ts';
import { readDeviceRegistration } from './read/device-registration.ts';
import { findAt } from './read/find.ts';
import { findByScan, type Sought } from './read/find-marked.ts';
import { findTaken } from './read/find-taken.ts';
import { inRounds } from './read/in-rounds.ts';
import { listMarked } from './read/list-marked.ts';
import { observe } from './read/observe.ts';
import { observeMany } from './read/observe-many.ts';
import { identityAttributes, observedObject } from './read/observed-object.ts';
import { createForestCache } from './schema/forest-cache.ts';
import type { Forest } from './schema/read-forest.ts';
import { completeSettings, type DirectorySettings } from './settings.ts';
import { apply } from './write/apply.ts';

/**
 * AD over LDAPS or StartTLS. Connects, verifies the certificate, binds and reads the schema before it answers, so that
 * wrong settings show at once.
 *
 * @throws DirectoryError, as every call of the Directory does
 */
export async function openDirectory(given: DirectorySettings): Promise<Directory> {
  if (debuglog('ldapts').enabled) {
    throw directoryError(
      'DEBUG_LOG_SHOWS_SECRETS',
      'NODE_DEBUG includes ldapts, which logs what is written, passwords too.',
    );
  }
  const settings = completeSettings(given);
  const pool = createPool(settings);
  const forest = createForestCache(pool, settings);
  const catalog = createPool({ ...settings, urls: catalogUrls(settings), poolSize: 1 });
  /** Undefined where the domain is the whole forest. */
  const catalogOf = ({ domains }: Forest) =>
    domains > 1 || settings.globalCatalogs !== undefined ? catalog : undefined;
  const ours = ({ facts }: Forest): readonly string[] =>
    settings.markedContainers.map((container) => absoluteDn(container, facts.baseDn));
  const reading = async <T>(work: (connection: Connection) => Promise<T>): Promise<T> => pool.read(work);

  /** One such search of each kind at a time: it is the dearest that is asked of AD. */
  const seekOf = (kind: ObjectKind) =>
    inRounds(async (sought: readonly Sought[]) => {
      const known = await forest();
      const places = { baseDn: known.facts.baseDn, containers: ours(known) };
      return reading((connection) => findByScan({ connection, schema: known.schema }, places, kind, sought));
    });
  const seek = { group: seekOf('group'), user: seekOf('user'), device: seekOf('device') };

  const directory: Directory = {
    facts: async () => (await forest()).facts,
    observe: async (request) => {
      const known = await forest();
      return reading((connection) =>
        observe(connection, known, request, ours(known), seek[request.object.kind]),
      );
    },
    deviceRegistration: async (insisted) => {
      const { schema, facts } = await forest();
      return reading((connection) => readDeviceRegistration({ connection, schema }, facts, insisted));
    },
    read: async (dn, attributes) => {
      const { schema } = await forest();
      const wanted = [...identityAttributes, ...attributes];
      const entry = await reading((connection) => findAt({ connection, schema }, dn, wanted));
      return entry === undefined ? undefined : observedObject(entry, schema);
    },
    members: (group) => streamMembers(group),
    memberStates: async (group, resolved) => {
      const { schema, facts } = await forest();
      const found = resolved.filter((one) => one.found);
      const guids = [...new Set(found.map(({ guid }) => guid))];
      const current = await reading((connection) =>
        membersAmong({ connection, schema }, facts.baseDn, group, guids),
      );
      return new Set(found.filter(({ guid }) => current.has(guid)).map(({ reference }) => reference));
    },
    findTaken: async (values) => {
      const known = await forest();
      return findTaken(values, known, pool, catalogOf(known));
    },
    resolve: async (references) => {
      const known = await forest();
      return resolveEverywhere(references, known, pool, catalogOf(known));
    },
    observeMany: async (kind, ids, attributes) => {
      const known = await forest();
      return reading((connection) => observeMany(connection, known, kind, ids, attributes));
    },
    marked: (kind) => streamMarked(kind),
    apply: async (operation) => {
      const { schema, facts } = await forest();
      const { memberChunk } = settings;
      return pool.write((connection) =>
        apply({ connection, schema, baseDn: facts.baseDn, memberChunk }, operation),
      );
    },
    close: async () => {
      await Promise.all([pool.close(), catalog.close()]);
    },
  };

  async function* streamMembers(group: Dn): AsyncGenerator<readonly ObservedMember[]> {
    const known = await forest();
    const slice = (connection: Connection, from: number) =>
      readMemberSlice(connection, known, group, from, { ...settings, markedContainers: ours(known) });
    // The slices belong together only on one domain controller, so all come over the connection of the first.
    const { connection, first } = await reading(async (connection) => ({
      connection,
      first: await slice(connection, 0),
    }));
    yield first.members;
    for (let { next } = first; next !== undefined; ) {
      const further = await slice(connection, next);
      if (further.version !== first.version) {
        throw directoryError('CHANGED_MEANWHILE', `${group} changed while its members were read.`);
      }
      yield further.members;
      next = further.next;
    }
  }

  async function* streamMarked(kind: Parameters<Directory['marked']>[0]) {
    const known = await forest();
    const connection = await reading(async (connection) => connection);
    yield* listMarked(connection, known, kind, settings.pageSize);
  }

  try {
    await forest();
    return directory;
  } catch (error) {
    await directory.close();
    throw error;
  }
}
