import { MeetingProblem } from '../meetings/errors';
import type { Found, Reference } from '../meetings/finder';

import { type ActionData, type CommandContext, type Reply, textField } from './command';
import { chooseReply } from './meeting-replies';

/** What to do with the meeting somebody refers to. */
export interface Continuation {
  /** Verb that goes on with a chosen `meetingId`, when several meetings fit. */
  readonly verb: string;
  /** Title of the button under the choice. */
  readonly chooseTitle?: string;
  /** What the button sends back besides the choice. */
  readonly hidden?: Readonly<Record<string, string>>;
  readonly withFound: (found: Found) => Promise<Reply> | Reply;
}

/** Goes on with the meeting the words mean, or asks which one. @throws MeetingProblem `meeting.notFound` and its siblings. */
export async function withMeeting(context: CommandContext, words: string, then: Continuation): Promise<Reply> {
  const resolution = await context.meetings.find(referenceOf(context, words), context.signal);
  if (resolution.kind === 'one') return then.withFound(resolution.found);
  return chooseReply(resolution.meetings, { ...then, locale: context.reader.locale });
}

/** Words that refer to a meeting, with everything around them that helps to find it. */
export function referenceOf({ viewpoint, repliesTo, place }: CommandContext, words: string): Reference {
  return { words, viewpoint, repliesTo, inThread: place.kind === 'channel' };
}

/** The meeting a button is about. @throws MeetingProblem `input.cardTooOld` when it names none. */
export function meetingIdOf(data: ActionData): string {
  const meetingId = textField(data, 'meetingId');
  if (meetingId === undefined || meetingId === '') throw new MeetingProblem('input.cardTooOld');
  return meetingId;
}

/** The id of a meeting that was found. */
export function idOfFound(found: Found): string {
  return found.kind === 'scheduled' ? found.meeting.id : found.record.id;
}
