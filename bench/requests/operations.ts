import type { JoinedMeeting, MyOnlineMeeting, UcwaAccount } from '../../src/ucwa';

/** What an operation works on; all of it is there before counting begins. */
export interface Stage {
  /** Whose requests are counted. */
  readonly account: UcwaAccount;
  /** A meeting of the account's user. */
  readonly meeting: MyOnlineMeeting;
  /** Made by `prepare` of the operation. */
  readonly joined: JoinedMeeting | undefined;
  readonly signal: AbortSignal;
}

/** What the minimum depends on. */
export interface Conditions {
  /** Fewest requests of a sign-in. */
  readonly signIn: number;
  /** Fewest requests in which all meetings are read. */
  readonly list: number;
  /** Whether the list names the meetings by links alone, so that finding one by its id means reading them. */
  readonly linksOnly: boolean;
}

/** One operation of the client, and the fewest requests it takes. */
export interface Operation {
  readonly name: string;
  /** Whether a guest of one meeting can do it. */
  readonly forGuests: boolean;
  /** With nothing known; missing: it cannot be done then. */
  readonly cold?: (conditions: Conditions) => number;
  /** For the second time on the same account. */
  readonly warm: (conditions: Conditions) => number;
  /** Brings the account where the operation begins; not counted. */
  readonly prepare?: (stage: Stage) => Promise<JoinedMeeting | undefined>;
  /** @returns the meeting that was entered, if one was. */
  readonly run: (stage: Stage) => Promise<JoinedMeeting | undefined>;
}

const acts = {
  signIn: async ({ account, signal }) => only(account.signIn(signal)),
  create: async ({ account, signal }) => only(account.meetings.create({ subject: 'Budget sync' }, signal)),
  list: async ({ account, signal }) => only(account.meetings.list(signal)),
  get: async ({ account, meeting, signal }) => only(account.meetings.get(meeting.id, signal)),
  edit: async ({ account, meeting, signal }) => {
    const current = await account.meetings.get(meeting.id, signal);
    return only(account.meetings.update(current, { subject: `${current.subject}, moved` }, signal));
  },
  remove: async ({ account, meeting, signal }) => only(account.meetings.remove(meeting.id, signal)),
  start: async ({ account, signal }) => account.startOnlineMeeting({ subject: 'Budget sync' }, signal),
  leave: async ({ joined, signal }) => only(joined?.leave(signal)),
  options: async ({ account, signal }) => only(Promise.all([account.eligibleValues(signal), account.policies(signal)])),
  resolve: async ({ account, meeting, signal }) => {
    const url = meeting.joinUrl ?? '';
    return only(account.resolveJoinUrl(url, { meetHosts: [new URL(url).host] }, signal));
  },
  enter: async ({ account, meeting, signal }) =>
    account.joinOnlineMeeting({ onlineMeetingUri: meeting.onlineMeetingUri ?? '' }, signal),
} satisfies Readonly<Record<string, Operation['run']>>;

/**
 * The fewest requests of each operation. P-GETs are not counted: one is pending all the time, and whatever a client does,
 * each package of events costs one. Hrefs die with the application, so a meeting known by its id has to be found in the
 * collection first; afterwards its href is known.
 *
 * - create: one POST, which answers with the meeting. Source: Skype/UCWA/myOnlineMeetings_ref.md.
 * - list: one GET where the meetings are embedded; where the collection holds links, one batch more (100 requests fit in).
 *   Source: Skype/UCWA/BatchingRequests.md.
 * - get: one GET, because entries of the collection may lack the etag and the property to be passed back.
 * - edit: GET and PUT: the whole resource is sent back, with the etag it has now. Source: Skype/UCWA/UpdateAnOnlineMeeting.md.
 * - remove, leave: one DELETE.
 * - start, join: one POST; all else comes through the event channel, but the join URL is sure to be only in the meeting
 *   inside the conversation, which costs a GET. Source: Skype/UCWA/onlineMeeting_ref.md.
 * - options: eligible values and policies in one batch, which do not change while the application lives.
 * - resolve a join URL: one GET of the meeting's page, without a sign-in.
 */
export const operations: readonly Operation[] = [
  {
    name: 'sign-in',
    forGuests: true,
    cold: ({ signIn }) => signIn,
    warm: () => 0,
    run: acts.signIn,
  },
  {
    name: 'create',
    forGuests: false,
    cold: ({ signIn }) => signIn + 1,
    warm: () => 1,
    run: acts.create,
  },
  {
    name: 'list',
    forGuests: false,
    cold: ({ signIn, list }) => signIn + list,
    warm: ({ list }) => list,
    run: acts.list,
  },
  {
    name: 'get',
    forGuests: false,
    cold: (conditions) => conditions.signIn + read(conditions),
    warm: () => 1,
    run: acts.get,
  },
  {
    name: 'edit (get, put)',
    forGuests: false,
    cold: (conditions) => conditions.signIn + read(conditions) + 1,
    warm: () => 2,
    run: acts.edit,
  },
  {
    name: 'remove',
    forGuests: false,
    cold: ({ signIn, list }) => signIn + list + 1,
    warm: () => 1,
    run: acts.remove,
  },
  {
    name: 'start',
    forGuests: false,
    cold: ({ signIn }) => signIn + 2,
    warm: () => 2,
    run: acts.start,
  },
  {
    name: 'join',
    forGuests: true,
    cold: ({ signIn }) => signIn + 2,
    warm: () => 2,
    run: acts.enter,
  },
  {
    name: 'leave',
    forGuests: true,
    warm: () => 1,
    prepare: acts.enter,
    run: acts.leave,
  },
  {
    name: 'options (values, policies)',
    forGuests: false,
    cold: ({ signIn }) => signIn + 1,
    warm: () => 0,
    run: acts.options,
  },
  {
    name: 'resolve a join URL',
    forGuests: true,
    cold: () => 1,
    warm: () => 1,
    run: acts.resolve,
  },
];

/** A meeting by its id: found in the list and read; where the list is read item by item, it has been read by then. */
function read({ linksOnly, list }: Conditions): number {
  return linksOnly ? list : list + 1;
}

async function only(work: Promise<unknown> | undefined): Promise<undefined> {
  await work;
  return undefined;
}
