import { meetingListCard } from '../../cards';
import type { Meeting } from '../../meetings/meeting';
import { cardMoment } from '../../meetings/when';
import { defineTexts } from '../../shared/texts';
import { type ActionData, card, type Command, type CommandContext, type Reply } from '../command';
import { subjectOf } from '../meeting-replies';

const PAGE_SIZE = 8;

const texts = defineTexts({
  en: {
    usage: 'list',
    description: 'List the meetings, with a number for each',
    title: (count: number) => (count === 1 ? 'One meeting' : `${String(count)} meetings`),
    none: 'No meetings yet',
    noneHint: 'Say "start" for one right now, or "new" to plan one.',
    hint: (number: number) => {
      const ref = `#${String(number)}`;
      return `Click one to see it, or say for example "edit ${ref}", "join ${ref}", "cancel ${ref}".`;
    },
    until: (moment: string) => `Open until ${moment}`,
    room: 'Personal room, always open',
    join: 'Join',
    open: (number: number) => `Show #${String(number)}`,
    page: (page: number, pages: number) => `page ${String(page)} of ${String(pages)}`,
  },
});

/** `list [page]`: the meetings, numbered so that `#2` means something. */
export const listCommand: Command = {
  name: 'list',
  aliases: ['upcoming', 'mine'],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  run: async (context, args) => {
    const page = /^(?:page\s+)?(\d{1,3})$/iu.exec(args.trim())?.[1];
    return listPage(context, Number(page ?? 1));
  },
  actions: {
    'list.page': async (context, data) => listPage(context, pageOf(data)),
  },
};

function pageOf(data: ActionData): number {
  const page = Number(data.page);
  return Number.isInteger(page) && page > 0 ? page : 1;
}

async function listPage(context: CommandContext, wanted: number): Promise<Reply> {
  const words = texts(context.reader.locale);
  const meetings = await context.meetings.list(context.viewpoint, context.signal);
  const pages = Math.max(1, Math.ceil(meetings.length / PAGE_SIZE));
  const page = Math.min(Math.max(1, wanted), pages);
  const first = (page - 1) * PAGE_SIZE;
  const rows = meetings
    .slice(first, first + PAGE_SIZE)
    .map((meeting, index) => rowOf(meeting, first + index + 1, context.reader.locale));
  const heading = meetings.length === 0 ? words.none : words.title(meetings.length);
  const title = pages > 1 ? `${heading}, ${words.page(page, pages)}` : heading;
  const view = {
    title,
    rows,
    hint: meetings.length === 0 ? words.noneHint : words.hint(first + 1),
    previousPage: page - 1,
    nextPage: page < pages ? page + 1 : 0,
    fallbackText: [title, ...rows.map((row) => `#${String(row.number)} ${row.subject} ${row.joinUrl}`)].join('\n'),
  };
  return card(meetingListCard, view, { summary: title });
}

function rowOf(meeting: Meeting, number: number, locale: string) {
  const words = texts(locale);
  const until = meeting.expiresAt === undefined ? '' : words.until(cardMoment(meeting.expiresAt));
  return {
    number,
    meetingId: meeting.id,
    subject: subjectOf(meeting.subject, locale),
    until: meeting.isPersonalRoom ? words.room : until,
    joinUrl: meeting.joinUrl ?? '',
    joinTitle: words.join,
    openTitle: words.open(number),
  };
}
