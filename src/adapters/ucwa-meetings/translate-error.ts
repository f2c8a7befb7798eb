import { MeetingProblem, type ProblemCode, type ProblemFacts } from '../../meetings/errors';
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
  UcwaOperationFailedError,
  UcwaProtocolError,
  UcwaProxyAnswerError,
  UcwaResponseError,
  UcwaTransportError,
  UcwaUnknownOutcomeError,
  UntrustedLinkError,
} from '../../ucwa';

/** Error classes whose class alone says it all. */
const BY_CLASS: readonly (readonly [new (...args: never[]) => UcwaError, ProblemCode])[] = [
  [UcwaUnknownOutcomeError, 'server.unknownOutcome'],
  [UcwaConversationEndedError, 'join.ended'],
  [UcwaProtocolError, 'server.notUcwa'],
  [UntrustedLinkError, 'server.untrusted'],
  [UcwaApplicationGoneError, 'server.sessionEnded'],
  [EventChannelTakenError, 'server.sessionEnded'],
  [UcwaClosedError, 'server.unreachable'],
];

/** Reasons an operation of the event channel ends with. Source: Skype/UCWA/ErrorSubcode_ref.md. */
const BY_OPERATION_SUBCODE = new Map<string, ProblemCode>(
  Object.entries({
    denied: 'join.refused',
    inviteesonly: 'join.refused',
    notallowed: 'join.refused',
    anonymousnotallowed: 'join.refused',
    ejected: 'join.ended',
    removed: 'join.ended',
    ended: 'join.ended',
    destinationnotfound: 'meeting.gone',
    unreachable: 'meeting.gone',
    toomanyparticipants: 'join.full',
    toomanylobbyparticipants: 'join.full',
    timeout: 'server.slow',
    unavailable: 'server.busy',
    temporarilyunavailable: 'server.busy',
  }),
);

/** Why a server ended an application. */
const BY_ENDING = new Map<string, ProblemCode>(
  Object.entries({ cannotredirect: 'server.noBackupPool', toomanyapplications: 'server.tooManySessions' }),
);

/** What is left of an answer when its status is all that counts. */
const BY_STATUS: Readonly<Record<number, ProblemCode>> = {
  400: 'server.rejected',
  401: 'server.signInRefused',
  403: 'server.forbidden',
  404: 'meeting.gone',
  408: 'server.slow',
  409: 'server.conflict',
  412: 'meeting.keepsChanging',
  413: 'server.rejected',
  429: 'server.busy',
  503: 'server.busy',
  504: 'server.slow',
};

/** The names of the wire in our words, where we have one. */
const SETTING_OF_PARAMETER = new Map<string, string>(
  Object.entries({
    subject: 'subject',
    description: 'description',
    attendees: 'attendees',
    leaders: 'leaders',
    accesslevel: 'access',
    automaticleaderassignment: 'presenters',
    entryexitannouncement: 'announcements',
    lobbybypassforphoneusers: 'phoneSkipsLobby',
    phoneuseradmission: 'phoneAllowed',
    expirationtime: 'expiresAt',
  }),
);

/** Puts a failure of the UCWA client into the domain's words. */
export function translateError(error: UcwaError): MeetingProblem {
  const { code, facts } = problemOf(error);
  return new MeetingProblem(code, { facts: facts ?? {}, cause: describe(error) });
}

/** One line for the log: codes and server names only; never a body, a header or a query. */
function describe(error: UcwaError): string {
  const { status, subcode, correlationId, diagnostics } = error;
  const parameters = error instanceof UcwaResponseError ? error.parameters.map(({ name }) => name) : [];
  const facts = { code: error.code, status, subcode, parameters, correlationId, diagnostics: diagnostics?.code };
  return `${error.name} ${error.message} ${JSON.stringify(facts)}`;
}

function problemOf(error: UcwaError): { code: ProblemCode; facts?: ProblemFacts } {
  const byClass = BY_CLASS.find(([type]) => error instanceof type);
  if (byClass !== undefined) return { code: byClass[1] };
  if (error instanceof UcwaResponseError) return ofResponse(error);
  return { code: byFacts(error) };
}

function byFacts(error: UcwaError): ProblemCode {
  if (error instanceof UcwaTransportError || error instanceof UcwaCircuitOpenError) return ofTransport(error);
  if (error instanceof UcwaDiscoveryError) return ofDiscovery(error);
  if (error instanceof UcwaAuthenticationError) {
    return error.reason === 'token-endpoint' ? 'server.failed' : 'server.signInRefused';
  }
  if (error instanceof UcwaNotEnabledError) {
    return error.feature === 'conversations' ? 'server.notAvailable' : 'server.notEnabled';
  }
  if (error instanceof UcwaOperationFailedError) {
    return BY_OPERATION_SUBCODE.get(error.subcode?.toLowerCase() ?? '') ?? 'server.failed';
  }
  return 'server.failed';
}

function ofTransport(error: UcwaTransportError | UcwaCircuitOpenError): ProblemCode {
  if (error instanceof UcwaCircuitOpenError) return error.status === 503 ? 'server.busy' : 'server.unreachable';
  const { kind } = error;
  if (kind === 'tls') return 'server.certificate';
  if (kind === 'timeout') return 'server.slow';
  return kind === 'too-large' ? 'server.notUcwa' : 'server.unreachable';
}

function ofDiscovery({ attempts }: UcwaDiscoveryError): ProblemCode {
  const codes = attempts.map(({ networkCode }) => networkCode ?? '');
  if (codes.some((code) => /CERT|TLS|SSL|SELF_SIGNED|UNABLE_TO_/u.test(code))) return 'server.certificate';
  if (attempts.some(({ status }) => status === 503 || status === 429)) return 'server.busy';
  if (attempts.some(({ status }) => status !== undefined && status < 400)) return 'server.notUcwa';
  return 'server.unreachable';
}

function ofEnding(subcode = ''): ProblemCode {
  return BY_ENDING.get(subcode) ?? 'server.sessionEnded';
}

function ofResponse(error: UcwaResponseError): { code: ProblemCode; facts?: ProblemFacts } {
  const status = error.status ?? 0;
  const subcode = error.subcode?.toLowerCase();
  if (error instanceof UcwaProxyAnswerError && BY_STATUS[status] !== 'server.busy') return { code: 'server.notUcwa' };
  if (status === 409 && subcode === 'toomanyonlinemeetings') return { code: 'meeting.tooMany' };
  if (subcode === 'invalidexchangeserverversion') return { code: 'server.notAvailable' }; // no later try will do better
  if (status === 410) return { code: ofEnding(subcode) };
  if (status === 400) {
    const names = error.parameters.map(({ name }) => SETTING_OF_PARAMETER.get(name.toLowerCase()) ?? name);
    return { code: 'server.rejected', facts: { parameters: names.join(',') } };
  }
  return { code: BY_STATUS[status] ?? 'server.failed' };
}
