import assert from 'node:assert/strict';
import { inspect } from 'node:util';

import { translateError } from '../../../src/adapters/ucwa-meetings/translate-error';
import type { ProblemCode } from '../../../src/meetings/errors';
import {
  EventChannelTakenError,
  UcwaApplicationGoneError,
  UcwaAuthenticationError,
  UcwaCircuitOpenError,
  UcwaClosedError,
  UcwaConversationEndedError,
  UcwaDiscoveryError,
  type UcwaError,
  UcwaNotEnabledError,
  UcwaNotFoundError,
  UcwaOperationFailedError,
  UcwaPreconditionFailedError,
  UcwaProtocolError,
  UcwaProxyAnswerError,
  UcwaResponseError,
  UcwaTransportError,
  UcwaUnknownOutcomeError,
  UntrustedLinkError,
} from '../../../src/ucwa';

const answered = (status: number, subcode?: string): UcwaError =>
  new UcwaResponseError('GET /x', { status, code: 'Code', subcode });
const proxy = (status: number): UcwaError => new UcwaProxyAnswerError('GET /x', { status, code: 'Proxy' });
const failed = (subcode?: string): UcwaError =>
  new UcwaOperationFailedError('join', { code: 'RemoteFailure', ...(subcode === undefined ? {} : { subcode }) });
const leftAlone = (lastFailure: string, status?: number): UcwaError =>
  new UcwaCircuitOpenError('https://pool.contoso.com', { retryAfterMs: 1, lastFailure, status });
const transport = (kind: UcwaTransportError['kind']): UcwaError =>
  new UcwaTransportError('GET /x', { kind, ambiguous: true, networkCode: 'E' });
const discovery = (attempt: { status?: number; networkCode?: string }): UcwaError =>
  new UcwaDiscoveryError('nothing', [{ url: 'https://x/', outcome: 'failed', detail: 'd', ...attempt }]);
const signIn = (reason: UcwaAuthenticationError['reason']): UcwaError => new UcwaAuthenticationError(reason, 'm');

/** What the client says, and what people are told. */
const ROWS: readonly (readonly [string, UcwaError, ProblemCode])[] = [
  ['400', answered(400), 'server.rejected'],
  ['401', answered(401), 'server.signInRefused'],
  ['403', answered(403), 'server.forbidden'],
  ['404', new UcwaNotFoundError('GET /x', { status: 404, code: 'NotFound' }), 'meeting.gone'],
  ['405', answered(405), 'server.failed'],
  ['408', answered(408), 'server.slow'],
  ['409', answered(409), 'server.conflict'],
  ['409 too many meetings', answered(409, 'TooManyOnlineMeetings'), 'meeting.tooMany'],
  ['410', answered(410), 'server.sessionEnded'],
  ['410 too many applications', answered(410, 'TooManyApplications'), 'server.tooManySessions'],
  ['410 without a backup pool', answered(410, 'CannotRedirect'), 'server.noBackupPool'],
  ['412', new UcwaPreconditionFailedError('PUT /x', { status: 412, code: 'x' }), 'meeting.keepsChanging'],
  ['413', answered(413), 'server.rejected'],
  ['418', answered(418), 'server.failed'],
  ['429', answered(429), 'server.busy'],
  ['500', answered(500), 'server.failed'],
  ['500 of a mailbox that is too old', answered(500, 'InvalidExchangeServerVersion'), 'server.notAvailable'],
  ['503', answered(503), 'server.busy'],
  ['504', answered(504), 'server.slow'],
  ['HTML with 200', proxy(200), 'server.notUcwa'],
  ['HTML with 404', proxy(404), 'server.notUcwa'],
  ['HTML with 503', proxy(503), 'server.busy'],
  ['an unreadable answer', new UcwaProtocolError('x'), 'server.notUcwa'],
  ['nothing listens', transport('refused'), 'server.unreachable'],
  ['no such name', transport('dns'), 'server.unreachable'],
  ['no route', transport('unreachable'), 'server.unreachable'],
  ['a broken connection', transport('reset'), 'server.unreachable'],
  ['something else on the way', transport('unknown'), 'server.unreachable'],
  ['no answer in time', transport('timeout'), 'server.slow'],
  ['a server left alone because it does not answer', leftAlone('transport.refused'), 'server.unreachable'],
  ['a server left alone because it is busy', leftAlone('http.503', 503), 'server.busy'],
  ['a bad certificate', transport('tls'), 'server.certificate'],
  ['an endless answer', transport('too-large'), 'server.notUcwa'],
  ['discovery: no answer', discovery({ networkCode: 'ECONNREFUSED' }), 'server.unreachable'],
  ['discovery: certificate', discovery({ networkCode: 'CERT_HAS_EXPIRED' }), 'server.certificate'],
  ['discovery: self-signed', discovery({ networkCode: 'DEPTH_ZERO_SELF_SIGNED_CERT' }), 'server.certificate'],
  ['discovery: busy', discovery({ status: 503 }), 'server.busy'],
  ['discovery: a web page', discovery({ status: 200 }), 'server.notUcwa'],
  ['discovery: 404', discovery({ status: 404 }), 'server.unreachable'],
  ['a wrong password', signIn('invalid_grant'), 'server.signInRefused'],
  ['no password grant', signIn('grant-not-offered'), 'server.signInRefused'],
  ['no challenge', signIn('challenge-missing'), 'server.signInRefused'],
  ['a refused token', signIn('token-refused'), 'server.signInRefused'],
  ['a failing token endpoint', signIn('token-endpoint'), 'server.failed'],
  ['no UCWA', new UcwaNotEnabledError('ucwa', 'x'), 'server.notEnabled'],
  ['no scheduling', new UcwaNotEnabledError('scheduling', 'x'), 'server.notEnabled'],
  ['no conversations', new UcwaNotEnabledError('conversations', 'x'), 'server.notAvailable'],
  ['an unknown outcome', new UcwaUnknownOutcomeError('x'), 'server.unknownOutcome'],
  ['an ended conversation', new UcwaConversationEndedError('Ejected'), 'join.ended'],
  ['a foreign link', new UntrustedLinkError('evil.example', 'x'), 'server.untrusted'],
  ['a lost application', new UcwaApplicationGoneError('x'), 'server.sessionEnded'],
  ['a taken event channel', new EventChannelTakenError(), 'server.sessionEnded'],
  ['a closed client', new UcwaClosedError(), 'server.unreachable'],
  ['an operation without a reason', failed(), 'server.failed'],
  ['an operation with an unknown reason', failed('SomethingNew'), 'server.failed'],
  ['an operation with an odd reason', failed('constructor'), 'server.failed'],
  ['denied', failed('Denied'), 'join.refused'],
  ['invitees only', failed('InviteesOnly'), 'join.refused'],
  ['anonymous', failed('AnonymousNotAllowed'), 'join.refused'],
  ['ejected', failed('Ejected'), 'join.ended'],
  ['removed', failed('Removed'), 'join.ended'],
  ['destination not found', failed('DestinationNotFound'), 'meeting.gone'],
  ['too many people', failed('TooManyParticipants'), 'join.full'],
  ['too many in the lobby', failed('TooManyLobbyParticipants'), 'join.full'],
  ['an operation out of time', failed('Timeout'), 'server.slow'],
  ['an operation that is not available', failed('TemporarilyUnavailable'), 'server.busy'],
];

describe('translateError', () => {
  for (const [title, error, code] of ROWS) {
    it(`says ${code} for ${title}`, () => {
      assert.equal(translateError(error).code, code);
    });
  }

  it('names the values a server refused in our words', () => {
    const parameters = ['expirationTime', 'ACCESSLEVEL', 'somethingNew', 'constructor'].map((name) => ({
      name,
      reason: 'x',
    }));

    const { facts } = translateError(new UcwaResponseError('PUT /x', { status: 400, code: 'BadRequest', parameters }));

    assert.equal(facts.parameters, 'expiresAt,access,somethingNew,constructor');
  });

  it('keeps for the log what an administrator needs, and nothing a server wrote', () => {
    const error = new UcwaResponseError('PUT /x', {
      ...{ status: 409, code: 'Conflict', subcode: 'Sub', correlationId: 'corr-1', serverMessage: 'SECRET words' },
    });

    const problem = translateError(error);

    assert.match(String(problem.cause), /409.*Sub.*corr-1/u);
    assert.doesNotMatch(inspect(problem, { depth: 9 }), /SECRET/u);
  });
});
