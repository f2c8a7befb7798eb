import { forbidden } from '../http/problem';
import type { Principal } from '../model/principal';

const meetings = 'Meetings.ReadWrite';
const initiate = 'Conversations.Initiate';
const receive = 'Conversations.Receive';

/**
 * What an access token may do, by the path below the application; one scope of the list is enough, and the first line
 * that fits counts. Items of the collection are listed under the scopes of conversations by their own pages, and under
 * that of meetings by the collection's.
 * Source: Skype/UCWA/myOnlineMeetings_ref.md, myOnlineMeeting_ref.md, startOnlineMeeting_ref.md,
 * joinOnlineMeeting_ref.md, conversation_ref.md, "Azure Active Directory scopes for online applications".
 */
const table: readonly (readonly [RegExp, readonly string[]])[] = [
  [/^\/onlineMeetings\/myOnlineMeetings\/./, [meetings, initiate, receive]],
  [/^\/onlineMeetings/, [meetings]],
  [/^\/communication\/(startOnlineMeeting|(joinOnlineMeeting|onlineMeetingInvitations)\?adhoc$)/, [meetings]],
  [/^\/communication\/(joinOnlineMeeting|onlineMeetingInvitations)$/, [initiate]],
  [/^\/communication\/conversations/, [receive]],
];

/** The scopes of which a call needs one; empty: any token will do. */
function scopesFor(path: string, isAdHoc: boolean): readonly string[] {
  const asked = isAdHoc ? `${path}?adhoc` : path;
  return table.find(([pattern]) => pattern.test(asked))?.[1] ?? [];
}

/**
 * Refuses what the scopes of the caller's access token do not cover. Tickets have no scopes.
 *
 * @throws UcwaProblem 403 None.
 */
export function checkScope(caller: Principal, path: string, query: URLSearchParams): void {
  if (caller.kind !== 'person' || caller.scopes === undefined) return;
  const needed = scopesFor(path, query.get('onlineMeetingUri') === 'adhoc');
  const { scopes } = caller;
  if (needed.length === 0 || needed.some((scope) => scopes.includes(scope))) return;
  throw forbidden('None', `The token lacks the scope ${needed.join(' or ')}.`);
}
