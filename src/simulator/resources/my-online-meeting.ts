import type { Resource } from '../http/resource';
import type { Hrefs } from '../model/hrefs';
import type { Meeting } from '../model/meeting';
import type { World } from '../world';

import { PASS_BACK_TEXT } from './application';
import { extensionResource } from './meeting-extension';
import { meetingProperties } from './online-meeting';

/** Name under which the pass-back property of a meeting is kept. */
export function passBackKey(meeting: Meeting): string {
  return `myOnlineMeeting ${meeting.id}`;
}

/** An entry of somebody's schedule, or the personal room. Source: Skype/UCWA/myOnlineMeeting_ref.md. */
export function myOnlineMeetingResource(
  world: World,
  meeting: Meeting,
  options: { hrefs: Hrefs; passBack: boolean },
): Resource {
  const { hrefs } = options;
  const self = hrefs.myOnlineMeeting(meeting);
  const view = { world, meeting, hrefs, base: self, passBack: false };
  const extensions = [...meeting.extensions.values()].map((extension) => extensionResource(view, extension));
  return {
    rel: meeting.kind === 'assigned' ? 'myAssignedOnlineMeeting' : 'myOnlineMeeting',
    properties: {
      ...meetingProperties(meeting, world.meetOrigin),
      [world.passBack(passBackKey(meeting))]: options.passBack ? PASS_BACK_TEXT : undefined,
    },
    links: { self: { href: self }, onlineMeetingExtensions: { href: hrefs.extensions(self) } },
    ...(extensions.length > 0 && { embedded: { onlineMeetingExtension: extensions } }),
    etag: meeting.etag,
  };
}
