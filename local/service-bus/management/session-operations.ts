import { sessionIds } from '../queue/browse.ts';
import { ownedSession, renewSession, setSessionState } from '../queue/session-locks.ts';
import { field, type ManagementAnswer, type ManagementRequest, read } from './request.ts';

export function renewSessionLock(request: ManagementRequest): ManagementAnswer {
  return { expiration: new Date(renewSession(request.queue, read(field.session, request)['session-id'])) };
}

export function getState(request: ManagementRequest): ManagementAnswer {
  const session = ownedSession(request.queue, read(field.session, request)['session-id']);
  return { 'session-state': session.state ?? null };
}

export function setState(request: ManagementRequest): ManagementAnswer {
  const { 'session-id': id } = read(field.session, request);
  setSessionState(request.queue, id, read(field.sessionState, request)['session-state']);
  return undefined;
}

export function listSessions(request: ManagementRequest): ManagementAnswer {
  const { skip, top } = read(field.page, request);
  const page = sessionIds(request.queue).slice(skip, skip + top);
  return page.length === 0 ? undefined : { skip: page.length, 'sessions-ids': page };
}
