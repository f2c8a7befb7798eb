import { UcwaNotEnabledError } from '../errors';
import { hrefKey } from '../href';
import { type JsonObject, readText } from '../json';
import { decodeMyOnlineMeeting, type MyOnlineMeeting } from '../resources/my-online-meeting';
import { embeddedOf, type Link, linkOf, linksOf } from '../resources/resource';

import type { Application } from './application';
import { readMany } from './batch-reading';
import type { Fetched } from './command-channel';

/** @throws UcwaNotEnabledError when this user may not schedule meetings. */
export async function collectionUrl(application: Application, signal: AbortSignal): Promise<URL> {
  const url = await application.link('onlineMeetings', 'myOnlineMeetings', signal);
  if (url === undefined) throw new UcwaNotEnabledError('scheduling', 'The server lets this user schedule no meetings');
  return url;
}

/**
 * Reads the scheduled meetings, embedded or (where the server sends only links, or parts) by their links; the personal
 * meeting, where there is one, comes last. Source: Skype/UCWA/myOnlineMeetings_ref.md.
 */
export async function listMeetings(application: Application, signal: AbortSignal): Promise<MyOnlineMeeting[]> {
  const collection = await application.channel.get(await collectionUrl(application, signal), signal);
  const scheduled = entriesOf(application, collection, 'myOnlineMeeting');
  const assigned = entriesOf(application, collection, 'myAssignedOnlineMeeting');
  const fetched = await readMany(application, [...scheduled.links, ...assigned.links], signal);
  const personalLinks = new Set(assigned.links);
  const read = (isPersonal: boolean): readonly MyOnlineMeeting[] =>
    fetched
      .filter(({ url }) => personalLinks.has(url) === isPersonal)
      .map((item) => rememberFetched(application, item));
  const listed = [...scheduled.whole, ...read(false)];
  const personal = [...assigned.whole, ...read(true)].map((meeting) => ({
    ...meeting,
    onlineMeetingRel: 'myAssignedOnlineMeeting',
  }));
  const ids = new Set(personal.map(({ id }) => id));
  const meetings = [...listed.filter(({ id }) => !ids.has(id)), ...personal];
  application.meetingUrls.clear();
  for (const meeting of meetings) remember(application, meeting);
  return meetings;
}

/** What the collection holds under one rel: whole meetings, and links to the others. */
function entriesOf(
  application: Application,
  collection: Fetched,
  rel: string,
): { readonly whole: readonly MyOnlineMeeting[]; readonly links: readonly URL[] } {
  const entries = embeddedOf(collection.body, rel);
  const whole = entries.flatMap((entry) => decodeEntry(application, collection, entry) ?? []);
  const links = linksToRead(collection, { rel, entries });
  return { whole, links: links.map(({ href }) => application.channel.resolve(href, collection.url)) };
}

/** Reads one meeting. @throws UcwaNotFoundError when it is gone; its URL is then forgotten. */
export async function readMeeting(application: Application, url: URL, signal: AbortSignal): Promise<MyOnlineMeeting> {
  return rememberFetched(application, await application.channel.get(url, signal));
}

/** Turns an answer with a meeting in it into the meeting, and remembers where it is. */
export function rememberFetched(application: Application, fetched: Fetched): MyOnlineMeeting {
  const self = linkOf(fetched.body, 'self');
  const url = self === undefined ? fetched.url : application.channel.resolve(self.href, fetched.url);
  const meeting = decodeMyOnlineMeeting(fetched.body, { href: url.href, etag: fetched.etag });
  remember(application, meeting);
  return meeting;
}

/** Where a meeting is; the collection is read when that is not known. `undefined` when there is no such meeting. */
export async function urlOfMeeting(
  application: Application,
  id: string,
  signal: AbortSignal,
): Promise<URL | undefined> {
  const known = application.meetingUrls.get(id);
  if (known !== undefined) return known;
  await listMeetings(application, signal);
  return application.meetingUrls.get(id);
}

function remember(application: Application, meeting: MyOnlineMeeting | undefined): void {
  if (meeting !== undefined) application.meetingUrls.set(meeting.id, new URL(meeting.href));
}

/** Whether an entry says which meeting it is and where people join it; anything less is a part, and read by its link. */
function isWhole(entry: JsonObject): boolean {
  return readText(entry, 'onlineMeetingId') !== undefined && readText(entry, 'joinUrl') !== undefined;
}

function decodeEntry(application: Application, collection: Fetched, raw: JsonObject): MyOnlineMeeting | undefined {
  const self = linkOf(raw, 'self');
  if (self === undefined || !isWhole(raw)) return undefined;
  return decodeMyOnlineMeeting(raw, { href: application.channel.resolve(self.href, collection.url).href });
}

function linksToRead(
  collection: Fetched,
  { rel, entries }: { rel: string; entries: readonly JsonObject[] },
): readonly Link[] {
  const keyOf = (link: Link): string => hrefKey(link.href, collection.url);
  const selfOf = (entry: JsonObject): readonly Link[] => linksOf(entry, 'self').slice(0, 1);
  const seen = new Set(entries.filter(isWhole).flatMap(selfOf).map(keyOf));
  const candidates = [...entries.filter((entry) => !isWhole(entry)).flatMap(selfOf), ...linksOf(collection.body, rel)];
  return candidates.filter((link) => {
    const key = keyOf(link);
    return seen.has(key) ? false : seen.add(key).has(key);
  });
}
