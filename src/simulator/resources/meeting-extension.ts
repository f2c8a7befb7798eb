import type { Resource } from '../http/resource';
import type { Hrefs } from '../model/hrefs';
import type { Meeting, MeetingExtension } from '../model/meeting';
import type { World } from '../world';

import { PASS_BACK_TEXT } from './application';

/** Where extensions are seen, and what of them. */
export interface ExtensionView {
  readonly world: World;
  readonly meeting: Meeting;
  readonly hrefs: Hrefs;
  /** Href of the meeting they belong to: the entry of the schedule, or the meeting inside a conversation. */
  readonly base: string;
  /** Whether a PUT of what is shown is possible. */
  readonly passBack: boolean;
}

/** Name under which the pass-back property of an extension is kept. */
export function extensionPassBackKey(meeting: Meeting, { id }: MeetingExtension): string {
  return `onlineMeetingExtension ${meeting.id} ${id}`;
}

/** One extension. Source: Skype/UCWA/onlineMeetingExtension_ref.md. */
export function extensionResource(view: ExtensionView, extension: MeetingExtension): Resource {
  const { world, meeting, hrefs, base } = view;
  const { id, type, properties, etag } = extension;
  const passBack = world.passBack(extensionPassBackKey(meeting, extension));
  return {
    rel: 'onlineMeetingExtension',
    properties: { ...properties, id, type, [passBack]: view.passBack ? PASS_BACK_TEXT : undefined },
    links: { self: { href: hrefs.extensions(base, id) } },
    etag,
  };
}

/** A list of extensions. Source: Skype/UCWA/onlineMeetingExtensions_ref.md. */
export function extensionsResource(view: ExtensionView, extensions: readonly MeetingExtension[]): Resource {
  const self = { href: view.hrefs.extensions(view.base) };
  if (view.world.switches.linksOnlyCollection) {
    const onlineMeetingExtension = extensions.map(({ id }) => ({ href: view.hrefs.extensions(view.base, id) }));
    return { rel: 'onlineMeetingExtensions', properties: {}, links: { self, onlineMeetingExtension } };
  }
  const onlineMeetingExtension = extensions.map((extension) => extensionResource(view, extension));
  return { rel: 'onlineMeetingExtensions', properties: {}, links: { self }, embedded: { onlineMeetingExtension } };
}
