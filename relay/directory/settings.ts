/** How to reach AD. All times are in milliseconds. */
export type DirectorySettings = {
  /**
   * Domain controllers of one domain, the preferred one first: `ldaps://dc1.corp.example` (636), or
   * `ldap://dc1.corp.example` (389) with StartTLS. A password never travels without TLS.
   */
  readonly urls: readonly [string, ...string[]];
  /**
   * Global catalogs of the forest (`ldaps://dc1.corp.example:3269`). Without it the domain controllers are asked at port
   * 3269, or 3268 with StartTLS, where the forest has more than one domain.
   */
  readonly globalCatalogs?: readonly string[] | undefined;
  /** PEM file of the authorities to trust; without it those of the operating system and of Node. */
  readonly caFile?: string | undefined;
  /** The name that the certificates must carry, where it is not the host of the URL. */
  readonly serverName?: string | undefined;
  /** DN, `user@domain` or `DOMAIN\user` of the relay account. */
  readonly bindDn: string;
  /** Asked for at every connection, so that a rotated password is taken up without a restart. */
  readonly password: () => string | Promise<string>;
  /** TCP, TLS and bind together. Default 5,000. */
  readonly connectTimeoutMs?: number | undefined;
  /** One LDAP operation. Default 30,000: renaming a group with 100,000 members takes several seconds. */
  readonly timeoutMs?: number | undefined;
  /** Connections to the domain controller in use. Default 2. */
  readonly poolSize?: number | undefined;
  /** Entries per page; AD allows 1,000 (MaxPageSize). Default 1,000. */
  readonly pageSize?: number | undefined;
  /** Members per modify, at most. Default 1,000: a quarter of a second, during which others wait. */
  readonly memberChunk?: number | undefined;
  /** Members per read of a large group; AD gives 1,500 (MaxValRange) whatever is asked. Default 5,000. */
  readonly memberSlice?: number | undefined;
  /**
   * Containers below which objects with our marker stand, by full names or relative to the domain. Only members below them
   * are searched for markers.
   */
  readonly markedContainers?: readonly string[] | undefined;
  /** Told of what concerns no single call. */
  readonly report?: ((event: DirectoryEvent) => void) | undefined;
  /** Between 0 and 1, for jitter. Default Math.random. */
  readonly random?: (() => number) | undefined;
  /** Milliseconds of a clock that does not jump. Default performance.now. */
  readonly now?: (() => number) | undefined;
};

/** What the relay's log should know of the connections. Carries no values of attributes. */
export type DirectoryEvent =
  | { readonly event: 'connected'; readonly url: string }
  | { readonly event: 'disconnected'; readonly url: string }
  /**
   * Another domain controller is in use now. It may not have everything yet that was written to the one before
   * (replication within a site takes up to 15 seconds).
   */
  | { readonly event: 'failedOver'; readonly from: string; readonly to: string }
  /**
   * The domain controller shows the account no deleted object. Unless the domain is new, the account lacks the right to list
   * CN=Deleted Objects (dsacls), and an object that was deleted would come back with a new SID.
   */
  | { readonly event: 'noDeletedObjectsShown' };

/** The settings with every default filled in. */
export type CompleteSettings = {
  readonly [Name in keyof Omit<DirectorySettings, 'caFile' | 'serverName' | 'globalCatalogs'>]-?: NonNullable<
    DirectorySettings[Name]
  >;
} & Pick<DirectorySettings, 'caFile' | 'serverName' | 'globalCatalogs'>;

export function completeSettings(settings: DirectorySettings): CompleteSettings {
  return {
    urls: settings.urls,
    globalCatalogs: settings.globalCatalogs,
    caFile: settings.caFile,
    serverName: settings.serverName,
    bindDn: settings.bindDn,
    password: settings.password,
    connectTimeoutMs: settings.connectTimeoutMs ?? 5_000,
    timeoutMs: settings.timeoutMs ?? 30_000,
    poolSize: settings.poolSize ?? 2,
    pageSize: settings.pageSize ?? 1_000,
    memberChunk: settings.memberChunk ?? 1_000,
    memberSlice: settings.memberSlice ?? 5_000,
    markedContainers: settings.markedContainers ?? [],
    report: settings.report ?? (() => undefined),
    random: settings.random ?? Math.random,
    now: settings.now ?? (() => performance.now()),
  };
}
