import { factsOf, type HttpAnswer, isSuccess, nameOf, toResponseError } from './answer';
import { type Connection, retryRules } from './connection';
import { UcwaNotFoundError, UcwaProtocolError, UcwaProxyAnswerError, UntrustedLinkError } from './errors';
import { isLoopback } from './href';
import { type Try, withRetries } from './retry';
import { findElement, parseXml } from './xml';

/** Asking for this media type makes a join page answer with the meeting's data instead of HTML. */
const meetingInformationType = 'Application/vnd.microsoft.lync.meeting+xml';

const maxBytes = 256 * 1024;

/**
 * Asks a join URL for the conference URI behind it. Nothing identifies us: no token, no cookie, no credentials.
 *
 * @throws UntrustedLinkError before anything is sent, UcwaNotFoundError, UcwaProtocolError, UcwaProxyAnswerError.
 */
export async function resolveJoinUrl(
  connection: Connection,
  target: { readonly url: string; readonly meetHosts: readonly string[] },
  signal: AbortSignal,
): Promise<{ onlineMeetingUri: string }> {
  const url = trustedMeetUrl(target, connection.trust.loopback);
  const request = { method: 'GET', url, headers: { Accept: meetingInformationType }, maxBytes } as const;
  const rules = retryRules(connection, request, 'repeatable');
  const askOnce = async (tried: Try): Promise<HttpAnswer> => {
    const answer = await connection.transport.send({ ...request, ...tried }, signal);
    if (answer.status === 404 || answer.status === 410) throw noSuchMeeting(answer); // join pages say it in HTML
    if (!isSuccess(answer)) throw toResponseError(answer);
    return answer;
  };
  return { onlineMeetingUri: readConferenceUri(await withRetries(rules, askOnce, signal)) };
}

/** Reads `conf-info/conf-uri`; namespaces and whatever else is in there are ignored. */
function readConferenceUri(answer: HttpAnswer): string {
  const isXml = /^[^;]*xml\b/i.test(answer.headers['content-type'] ?? '') || /^\uFEFF?\s*<\?xml/.test(answer.text);
  if (!isXml) throw new UcwaProxyAnswerError(nameOf(answer), { ...factsOf(answer), code: 'UnexpectedContent' });
  const information = findElement(parseXml(answer.text), 'conf-info');
  const uri = information?.children.find((child) => child.name === 'conf-uri')?.text.trim() ?? '';
  if (uri.length > 2_000 || !/^sip:[^\s@<>"]+@[^\s@<>"]+$/i.test(uri)) {
    throw new UcwaProtocolError(`${nameOf(answer)}: the meeting information names no conference URI`, factsOf(answer));
  }
  return uri;
}

function noSuchMeeting(answer: HttpAnswer): UcwaNotFoundError {
  return new UcwaNotFoundError(nameOf(answer), { ...factsOf(answer), code: 'NotFound' });
}

function trustedMeetUrl(
  target: { readonly url: string; readonly meetHosts: readonly string[] },
  loopback: boolean,
): URL {
  if (!URL.canParse(target.url)) throw new UntrustedLinkError('(unreadable)', 'it is not a URL');
  const url = new URL(target.url);
  const isLocal = loopback && isLoopback(url);
  if (url.protocol !== 'https:' && !(isLocal && url.protocol === 'http:')) {
    throw new UntrustedLinkError(url.host, 'only https join URLs are asked');
  }
  if (url.username !== '' || url.password !== '') throw new UntrustedLinkError(url.host, 'it carries a user name');
  if (!target.meetHosts.some((entry) => matches(url, entry.trim().toLowerCase().replace(/:443$/, ''), isLocal))) {
    throw new UntrustedLinkError(url.host, 'it is not one of the configured meeting hosts');
  }
  url.hash = '';
  return url;
}

/** `host:port` means that port; `host` alone means 443, on loopback any. */
function matches(url: URL, entry: string, isLocal: boolean): boolean {
  return url.host === entry || (url.hostname === entry && isLocal);
}
