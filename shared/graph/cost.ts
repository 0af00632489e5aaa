/**
 * Resource units of our calls to Graph, which counts them per app and tenant in windows of 10 s
 * (limit 3,500, 5,000 or 8,000 for a small, medium or large tenant). Each call has a price; `$select`
 * takes one off, nothing costs less than one. Source: Microsoft Graph throttling limits, identity and
 * access. A list costs its price once per page of up to 999 objects.
 */
export const graphUnits = {
  /** A group, user or device by id, alive or from the recycle bin. */
  object: 1,
  /** Owners, administrative units, source of authority, manager: each. */
  extra: 1,
  /** A device is read with its registered owners and its registered users. */
  device: 3,
  membersPage: 2,
  transitiveMembersPage: 4,
  /** One member by id, of known kind, as part of a batch. */
  memberRecord: 1,
  objectsPage: 1,
  feedPage: 1,
  settings: 1,
} as const;
