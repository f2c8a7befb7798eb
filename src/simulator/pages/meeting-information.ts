import { randomUUID } from 'node:crypto';

import { escapeMarkup } from '../http/markup';
import { applicationRoots } from '../model/hrefs';
import { conferenceUri, type Meeting } from '../model/meeting';
import { joinUrl } from '../resources/online-meeting';
import type { World } from '../world';

/** Media type with which clients ask a join URL for its conference URI. */
export const MEETING_INFORMATION_TYPE = 'application/vnd.microsoft.lync.meeting+xml';

/** What a join URL tells clients about its meeting; the shape is that of public captures of Lync 2013 and later. */
export function meetingInformation(world: World, meeting: Meeting): string {
  const url = joinUrl(meeting, world.meetOrigin);
  const home = world.homePool(meeting.organizer)?.origin ?? world.meetOrigin;
  const applications = `${home}${applicationRoots.reference}`;
  const elements: Readonly<Record<string, string>> = {
    'conf-uri': conferenceUri(meeting),
    'server-time': (world.clock.now() / 1000).toFixed(3),
    'original-incoming-url': url,
    'conf-key': meeting.id,
    'fallback-url': `${url}?sl=`,
    'ucwa-url': applications,
    'ucwa-ext-url': applications,
    'ucwa-int-url': applications,
    'telemetry-id': randomUUID(),
  };
  const content = Object.entries(elements).map(([name, value]) => `<${name}>${escapeMarkup(value)}</${name}>`);
  return (
    '<?xml version="1.0" encoding="utf-8"?>' +
    '<conf-info xmlns:xsd="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"' +
    ` xmlns="http://schemas.microsoft.com/rtc/2009/05/simplejoinconfdoc">${content.join('')}</conf-info>`
  );
}
