import {
  cancel,
  peek,
  receiveDeferred,
  renewLocks,
  schedule,
  updateDisposition,
} from './message-operations.ts';
import type { ManagementAnswer, ManagementRequest } from './request.ts';
import { getState, listSessions, renewSessionLock, setState } from './session-operations.ts';

/** What can be asked of an entity's management node, by the name of the operation. */
export const operations: ReadonlyMap<string, (request: ManagementRequest) => ManagementAnswer> = new Map([
  ['com.microsoft:renew-lock', renewLocks],
  ['com.microsoft:peek-message', peek],
  ['com.microsoft:receive-by-sequence-number', receiveDeferred],
  ['com.microsoft:update-disposition', updateDisposition],
  ['com.microsoft:schedule-message', schedule],
  ['com.microsoft:cancel-scheduled-message', cancel],
  ['com.microsoft:renew-session-lock', renewSessionLock],
  ['com.microsoft:get-session-state', getState],
  ['com.microsoft:set-session-state', setState],
  ['com.microsoft:get-message-sessions', listSessions],
]);

/** Operations that answer "no content" when they find nothing; all others then answer "OK". */
export const searches: ReadonlySet<string> = new Set([
  'com.microsoft:peek-message',
  'com.microsoft:get-message-sessions',
]);
