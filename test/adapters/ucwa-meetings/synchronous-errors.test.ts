import assert from 'node:assert/strict';

import { UcwaMeetingGateway } from '../../../src/adapters/ucwa-meetings/ucwa-meeting-gateway';
import { explain } from '../../../src/bot/explain';
import type { MeetingGateway } from '../../../src/meetings/ports';
import { RecordingLogger } from '../../support/recording-logger';
import { anySignal, type Pool, type Reply, wireMeeting, withAccountIn } from '../../ucwa/support/pool';

const URI = 'sip:annab@contoso.com;gruu;opaque=app:conf:focus:id:7QX2MZ4K';
const ID = '7QX2MZ4K';

const COLLIDES =
  'The Skype for Business server says that this collides with something it already has. Say "list" to see your meetings.';
const FAILED =
  'The Skype for Business server reported a failure. Please try again in a few minutes. If it stays like this, give your administrator the reference.';
const NOT_OFFERED =
  'Your Skype for Business server does not offer that to the account I work with. Please give your administrator the reference.';
const FORBIDDEN =
  'The Skype for Business server does not allow that for the account I work with. Please give your administrator the reference.';
const GONE =
  'That meeting no longer exists. It may have been cancelled, or its time was over. Say "list" to see your meetings, or "new" to plan another.';
const DOWN =
  'The Skype for Business server is down, and no other one takes its place. Please try again in a few minutes. If it stays like this, give your administrator the reference.';

type Work = (gateway: MeetingGateway) => Promise<unknown>;

/** What a person does, as the request it becomes. */
const OPERATIONS: Readonly<Record<string, { readonly route: (app: string) => string; readonly work: Work }>> = {
  'POST joinOnlineMeeting': {
    route: (app) => `POST ${app}/join`,
    work: async (gateway) => gateway.join(URI, anySignal()),
  },
  'POST startOnlineMeeting': {
    route: (app) => `POST ${app}/start`,
    work: async (gateway) => gateway.start('Budget sync', { marker: 'ref A', tries: 1 }, anySignal()),
  },
  'GET myOnlineMeeting': {
    route: (app) => `GET ${app}/my/${ID}`,
    work: async (gateway) => gateway.get(ID, anySignal()),
  },
  'PUT myOnlineMeeting': {
    route: (app) => `PUT ${app}/my/${ID}`,
    work: async (gateway) => gateway.update(await gateway.get(ID, anySignal()), { subject: 'New' }, anySignal()),
  },
  'DELETE myOnlineMeeting': {
    route: (app) => `DELETE ${app}/my/${ID}`,
    work: async (gateway) => gateway.remove(ID, anySignal()),
  },
};

/** One row of a page's table, how often the request is made, and what the person reads. */
type Row = readonly [
  operation: string,
  error: string,
  status: number,
  subcode: string,
  description: string,
  requests: number,
  sentence: string,
];

const CANNOT_REDIRECT = 'Cannot redirect since there is no back up pool configured.';
const EXISTS = 'The already exists error.';
const GROUPS = 'The too many groups error.';
const UNSUPPORTED = 'Un-supported Service/Resource/API error.';
const CHANNEL = 'The remote event channel is not reachable';
const EXCHANGE =
  'Invalid exchange server version.The exchange mailbox of the server might have moved to an unsupported version for the required feature.';

/**
 * The tables as they are printed; those of joining and starting are the same in both generations, but for the row
 * CannotRedirect, which only the later ones have. The page of the meeting is there in its first generation only; its
 * CannotRedirect is from the contract.
 */
const ROWS: readonly Row[] = [
  ['POST joinOnlineMeeting', 'NotFound', 404, 'DestinationNotFound', 'The meeting could not be found.', 1, GONE],
  [
    ...(['POST joinOnlineMeeting', 'Forbidden', 403, 'None'] as const),
    'The target conference URI does not match the conference URI provisioned in anonymous web ticket.',
    ...([1, FORBIDDEN] as const),
  ],
  ['POST joinOnlineMeeting', 'ServiceFailure', 500, 'CallbackChannelError', CHANNEL, 1, FAILED],
  ['POST joinOnlineMeeting', 'Conflict', 409, 'AlreadyExists', EXISTS, 1, COLLIDES],
  ['POST joinOnlineMeeting', 'Conflict', 409, 'TooManyGroups', GROUPS, 1, COLLIDES],
  ['POST joinOnlineMeeting', 'Conflict', 409, 'None', UNSUPPORTED, 1, COLLIDES],
  ['POST joinOnlineMeeting', 'Gone', 410, 'CannotRedirect', CANNOT_REDIRECT, 1, DOWN],
  ['POST startOnlineMeeting', 'ServiceFailure', 500, 'CallbackChannelError', CHANNEL, 1, FAILED],
  ['POST startOnlineMeeting', 'Conflict', 409, 'AlreadyExists', EXISTS, 1, COLLIDES],
  ['POST startOnlineMeeting', 'Conflict', 409, 'TooManyGroups', GROUPS, 1, COLLIDES],
  ['POST startOnlineMeeting', 'Conflict', 409, 'None', UNSUPPORTED, 1, COLLIDES],
  ['POST startOnlineMeeting', 'Gone', 410, 'CannotRedirect', CANNOT_REDIRECT, 1, DOWN],
  ['GET myOnlineMeeting', 'ServiceFailure', 500, 'InvalidExchangeServerVersion', EXCHANGE, 1, NOT_OFFERED],
  ['GET myOnlineMeeting', 'Conflict', 409, 'AlreadyExists', EXISTS, 1, COLLIDES],
  ['GET myOnlineMeeting', 'Conflict', 409, 'TooManyGroups', GROUPS, 1, COLLIDES],
  ['GET myOnlineMeeting', 'Conflict', 409, 'None', UNSUPPORTED, 3, COLLIDES],
  ['GET myOnlineMeeting', 'Gone', 410, 'CannotRedirect', CANNOT_REDIRECT, 1, DOWN],
  ['PUT myOnlineMeeting', 'ServiceFailure', 500, 'InvalidExchangeServerVersion', EXCHANGE, 1, NOT_OFFERED],
  ['PUT myOnlineMeeting', 'Gone', 410, 'CannotRedirect', CANNOT_REDIRECT, 1, DOWN],
  ['DELETE myOnlineMeeting', 'Gone', 410, 'CannotRedirect', CANNOT_REDIRECT, 1, DOWN],
];

const CASES = ROWS.map((row) => ({
  row,
  title: `says after ${row[0]} met ${String(row[2])} ${row[3]}: "${row[6].slice(0, 60)}…"`,
}));

/** What a person reads after `work` has failed, in one line. */
async function sentenceAfter(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('It should have failed'),
    (reason: unknown) => reason,
  );
  const { what, next } = explain(error, 'en-US');
  return `${what} ${next}`;
}

function offerMeeting(pool: Pool): void {
  const meeting = wireMeeting(pool);
  pool.on(`GET ${pool.app}/my`, { json: { rel: 'myOnlineMeetings', _embedded: { myOnlineMeeting: [meeting] } } });
  pool.on(`GET ${pool.app}/my/${ID}`, { json: meeting });
}

for (const format of ['json', 'xml'] as const) {
  describe(`The synchronous errors of the protocol pages, in ${format}`, () => {
    for (const { title, row } of CASES) {
      it(title, async () => {
        const [operation, code, status, subcode, message, requests, sentence] = row;
        const { route, work } = OPERATIONS[operation] ?? assert.fail();
        const reply: Reply = { status, json: { code, subcode, message } };
        await withAccountIn(format)(
          async (pool, account) => {
            offerMeeting(pool);
            pool.on(route(pool.app), reply);
            const urls = { meetHosts: ['meet.contoso.com'], domains: ['contoso.com'], localServer: undefined };
            const gateway = new UcwaMeetingGateway({ account, urls, log: new RecordingLogger() });

            const read = await sentenceAfter(work(gateway));

            assert.equal(read, sentence);
            assert.equal(pool.count(route(pool.app)), requests);
          },
          // Pauses before a repetition have to fit in; an open outcome is looked for half as long.
          { timeouts: { operationMs: requests > 1 ? 60_000 : 800 } },
        );
      });
    }
  });
}
