import assert from 'node:assert/strict';

import {
  UcwaNotEnabledError,
  UcwaNotFoundError,
  UcwaPreconditionFailedError,
  UcwaProxyAnswerError,
  UcwaResponseError,
  UcwaUnknownOutcomeError,
} from '../../src/ucwa';

import { anySignal, html, inputOf, type Pool, type Reply, wireMeeting, withAccountIn } from './support/pool';

const id = '7QX2MZ4K';
const gone = { status: 404, json: { code: 'NotFound' } };

function collection(...meetings: Record<string, unknown>[]): Reply {
  return { json: { rel: 'myOnlineMeetings', _embedded: { myOnlineMeeting: meetings } } };
}

function hold(pool: Pool, ...meetings: Record<string, unknown>[]): void {
  pool.on(`GET ${pool.app}/my`, collection(...meetings));
  for (const meeting of meetings) {
    const path = `${pool.app}/my/${String(meeting.onlineMeetingId)}`;
    pool.on(`GET ${path}`, { headers: { etag: '"2236067977"' }, json: meeting });
  }
}

for (const format of ['json', 'xml'] as const) {
  const withAccount = withAccountIn(format);

  describe(`Scheduled meetings, in ${format}`, () => {
    describe('meetings.list', () => {
      it('is one request on a warm account, with the personal meeting last', async () => {
        await withAccount(async (pool, account) => {
          const assigned = wireMeeting(pool, {
            onlineMeetingId: '2PUB9Z3T',
            onlineMeetingRel: 'myAssignedOnlineMeeting',
          });
          const embedded = { myOnlineMeeting: [wireMeeting(pool)], myAssignedOnlineMeeting: assigned };
          pool.on(`GET ${pool.app}/my`, { json: { _embedded: embedded } });
          await account.signIn(anySignal());
          const before = pool.commands().length;

          const meetings = await account.meetings.list(anySignal());

          assert.deepEqual(pool.commands().slice(before), [`GET ${pool.app}/my`]);
          assert.deepEqual(
            meetings.map((meeting) => meeting.id),
            [id, '2PUB9Z3T'],
          );
        });
      });

      it('reads items one by one when the server sends links or parts only, and skips what is gone meanwhile', async () => {
        await withAccount(async (pool, account) => {
          const path = `${pool.app}/my`;
          hold(
            pool,
            wireMeeting(pool),
            wireMeeting(pool, { onlineMeetingId: 'PART' }),
            wireMeeting(pool, { onlineMeetingId: 'GONE' }),
          );
          pool.on(`GET ${path}/GONE`, gone);
          pool.on(`GET ${path}`, {
            json: {
              _links: {
                myOnlineMeeting: [{ href: `${path}/${id}` }, { href: `${path}/PART` }, { href: `${path}/GONE` }],
              },
              _embedded: { myOnlineMeeting: { subject: 'part', _links: { self: { href: `${path}/PART` } } } },
            },
          });

          const meetings = await account.meetings.list(anySignal());

          assert.deepEqual(meetings.map((meeting) => meeting.id).sort(), [id, 'PART']);
        });
      });

      it('reads a part that says which meeting it is, but not where people join', async () => {
        await withAccount(async (pool, account) => {
          const whole = wireMeeting(pool);
          hold(pool, whole);
          const { onlineMeetingId, _links } = whole;
          pool.on(`GET ${pool.app}/my`, { json: { _embedded: { myOnlineMeeting: [{ onlineMeetingId, _links }] } } });

          const [meeting] = await account.meetings.list(anySignal());

          assert.equal(meeting?.joinUrl, whole.joinUrl);
        });
      });

      it('says so when the user may not schedule', async () => {
        await withAccount(async (pool, account) => {
          const application = { ...pool.application(), _embedded: { me: { uri: 'sip:annab@contoso.com' } } };
          pool.on('POST /apps', { status: 201, json: application });
          pool.on(`GET ${pool.app}`, { json: application });

          await assert.rejects(
            account.meetings.list(anySignal()),
            (error: unknown) => error instanceof UcwaNotEnabledError && error.feature === 'scheduling',
          );
        });
      });

      it('finds the links when only a GET of the application, or of the dashboard, shows them', async () => {
        await withAccount(async (pool, account) => {
          pool.on('POST /apps', {
            json: { _links: { self: { href: pool.app }, onlineMeetings: { href: `${pool.app}/onlineMeetings` } } },
          });
          const bare = { ...pool.application(), _embedded: {} };
          pool.on(`GET ${pool.app}`, {
            json: {
              ...bare,
              _links: {
                ...(bare['_links' as never] as object),
                onlineMeetings: { href: `${pool.app}/onlineMeetings` },
              },
            },
          });
          pool.on(`GET ${pool.app}/onlineMeetings`, {
            json: { _links: { myOnlineMeetings: { href: `${pool.app}/my` } } },
          });
          hold(pool, wireMeeting(pool));

          assert.equal((await account.meetings.list(anySignal())).length, 1);
        });
      });

      it('tries again what a proxy answered with 503', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.once(`GET ${pool.app}/my`, { ...html, status: 503, headers: { 'retry-after': '3' } }, { cut: true });

          assert.deepEqual(await account.meetings.list(anySignal()), []);
        });
      });

      it('does not wait for a server that wants half an hour', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.once(`GET ${pool.app}/my`, { ...html, status: 503, headers: { 'retry-after': '1800' } });

          await assert.rejects(
            account.meetings.list(anySignal()),
            (error: unknown) => error instanceof UcwaResponseError && error.retryAfterMs === 1_800_000,
          );
        });
      });

      it('A-19, F-24: recognizes the page of a proxy', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.on(`GET ${pool.app}/my`, html);

          await assert.rejects(account.meetings.list(anySignal()), UcwaProxyAnswerError);
        });
      });
    });

    describe('meetings.get and update', () => {
      it('are exactly a GET and a PUT on a warm account', async () => {
        await withAccount(async (pool, account) => {
          hold(pool, wireMeeting(pool));
          pool.on(`PUT ${pool.app}/my/${id}`, {
            headers: { etag: '"2"' },
            json: wireMeeting(pool, { subject: 'New', etag: '2' }),
          });
          await account.signIn(anySignal());
          const before = pool.commands().length;

          const current = await account.meetings.get(id, anySignal());
          const updated = await account.meetings.update(current, { subject: 'New' }, anySignal());

          assert.deepEqual(pool.commands().slice(before), [`GET ${pool.app}/my/${id}`, `PUT ${pool.app}/my/${id}`]);
          assert.equal(updated.subject, 'New');
          assert.equal(updated.etag, '2');
        });
      });

      it('F-20: send back everything the server sent, known or not, and the etag in quotes', async () => {
        await withAccount(async (pool, account) => {
          const wire = wireMeeting(pool);
          hold(pool, wire);
          pool.on(`PUT ${pool.app}/my/${id}`, { json: wire });
          const current = await account.meetings.get(id, anySignal());
          const expirationTime = new Date('2026-12-24T18:00:00Z');

          await account.meetings.update(current, { expirationTime, leaders: ['petra@contoso.com'] }, anySignal());

          const sent = pool.last(`PUT ${pool.app}/my/${id}`);
          const changed = { expirationTime: '2026-12-24T18:00:00.000Z', leaders: ['sip:petra@contoso.com'] };
          const { _links, somethingNew, ...properties } = wire;
          const onlyInJson = format === 'json' ? { _links, somethingNew } : {};
          assert.deepEqual(inputOf(sent), { ...properties, ...changed, ...onlyInJson });
          assert.equal(sent.headers['if-match'], '"2236067977"');
        });
      });

      it('take the etag of the body when there is no header', async () => {
        await withAccount(async (pool, account) => {
          hold(pool, wireMeeting(pool));
          pool.on(`GET ${pool.app}/my/${id}`, { json: wireMeeting(pool, { etag: '"77"' }) });
          pool.on(`PUT ${pool.app}/my/${id}`, { json: wireMeeting(pool) });

          await account.meetings.update(await account.meetings.get(id, anySignal()), { subject: 'x' }, anySignal());

          assert.equal(pool.last(`PUT ${pool.app}/my/${id}`).headers['if-match'], '"77"');
        });
      });

      it('read the meeting again after a PUT that was answered with 204', async () => {
        await withAccount(async (pool, account) => {
          hold(pool, wireMeeting(pool));
          pool.on(`PUT ${pool.app}/my/${id}`, { status: 204 });
          const current = await account.meetings.get(id, anySignal());
          pool.on(`GET ${pool.app}/my/${id}`, { headers: { etag: '"3"' }, json: wireMeeting(pool, { subject: 'x' }) });

          const updated = await account.meetings.update(current, { subject: 'x' }, anySignal());

          assert.equal(updated.etag, '3');
        });
      });

      it('report a stale etag as such, without trying again', async () => {
        await withAccount(async (pool, account) => {
          hold(pool, wireMeeting(pool));
          pool.on(`PUT ${pool.app}/my/${id}`, { status: 412, json: { code: 'PreconditionFailed' } });
          const current = await account.meetings.get(id, anySignal());

          await assert.rejects(
            account.meetings.update(current, { subject: 'x' }, anySignal()),
            UcwaPreconditionFailedError,
          );
          assert.equal(pool.count(`PUT ${pool.app}/my/${id}`), 1);
        });
      });

      it('F-20: pass on 428 as the mistake it is', async () => {
        await withAccount(async (pool, account) => {
          hold(pool, wireMeeting(pool));
          pool.on(`PUT ${pool.app}/my/${id}`, { status: 428, json: { code: 'PreconditionRequired' } });
          const current = await account.meetings.get(id, anySignal());

          await assert.rejects(
            account.meetings.update(current, { subject: 'x' }, anySignal()),
            (error: unknown) => error instanceof UcwaResponseError && error.code === 'PreconditionRequired',
          );
        });
      });

      it('find a meeting they never saw by listing, and say when there is none', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          hold(pool, wireMeeting(pool));

          assert.equal((await account.meetings.get(id, anySignal())).id, id);
          await assert.rejects(account.meetings.get('NONE', anySignal()), UcwaNotFoundError);
        });
      });

      it('follow no link out of the application', async () => {
        await withAccount(async (pool, account) => {
          const away = { _links: { self: { href: 'https://web.contoso.com/my/1' } } };
          pool.on(`GET ${pool.app}/my`, collection(wireMeeting(pool, away)));

          await assert.rejects(account.meetings.list(anySignal()), /stay on/);
        });
      });
    });

    describe('meetings.create', () => {
      it('is exactly one request on a warm account', async () => {
        await withAccount(async (pool, account) => {
          pool.on(`POST ${pool.app}/my`, { status: 201, headers: { etag: '"1"' }, json: wireMeeting(pool) });
          await account.signIn(anySignal());
          const before = pool.commands().length;

          const meeting = await account.meetings.create(
            { subject: 'Budget sync', attendees: ['lukas@contoso.com'] },
            anySignal(),
          );

          assert.deepEqual(pool.commands().slice(before), [`POST ${pool.app}/my`]);
          assert.deepEqual(inputOf(pool.last(`POST ${pool.app}/my`)), {
            subject: 'Budget sync',
            attendees: ['sip:lukas@contoso.com'],
          });
          assert.equal(meeting.id, id);
          assert.equal(meeting.etag, '1');
        });
      });

      it('accepts 200 and an answer that is only a Location', async () => {
        await withAccount(async (pool, account) => {
          hold(pool, wireMeeting(pool));
          const location = { status: 201, headers: { location: `${pool.app}/my/${id}` } };
          pool.once(`POST ${pool.app}/my`, { status: 200, json: wireMeeting(pool) }, location);

          assert.equal((await account.meetings.create({}, anySignal())).id, id);
          assert.equal((await account.meetings.create({}, anySignal())).id, id);
        });
      });

      it('posts again after 429, and after a refused token', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.once(`POST ${pool.app}/my`, { status: 429, headers: { 'retry-after': '2' } }, () => pool.challenge(), {
            status: 201,
            json: wireMeeting(pool),
          });

          await account.meetings.create({ subject: 'x' }, anySignal());

          assert.equal(pool.count(`POST ${pool.app}/my`), 3);
        });
      });

      for (const [name, reply] of [
        ['a cut connection', { cut: true }],
        ['503 of a proxy', { status: 503, ...html }],
        ['504', { status: 504, json: { code: 'Timeout' } }],
        ['500 of the server', { status: 500, json: { code: 'ServiceFailure', subcode: 'CallbackChannelError' } }],
        ['an unreadable success', { status: 201, ...html }],
      ] as const) {
        it(`F-08: finds its meeting after ${name}, without posting again`, async () => {
          await withAccount(async (pool, account) => {
            await account.signIn(anySignal());
            pool.once(`POST ${pool.app}/my`, () => {
              hold(pool, wireMeeting(pool, { onlineMeetingId: 'OTHER', subject: 'Other' }), wireMeeting(pool));
              return reply;
            });

            const meeting = await account.meetings.create({ subject: 'Budget sync' }, anySignal());

            assert.equal(meeting.id, id);
            assert.equal(pool.count(`POST ${pool.app}/my`), 1);
          });
        });
      }

      for (const [name, isCut] of [
        ['whose answer was lost', true],
        ['whose answer says only where it is', false],
      ] as const) {
        it(`does not call a creation refused ${name}, and whose meeting cannot be read then`, async () => {
          await withAccount(async (pool, account) => {
            await account.signIn(anySignal());
            pool.once(`POST ${pool.app}/my`, () => {
              hold(pool, wireMeeting(pool));
              const location = `${pool.app}/my/${id}`;
              pool.on(`GET ${location}`, { status: 429 });
              return isCut ? { cut: true } : { status: 201, headers: { location } };
            });

            const creating = account.meetings.create({ subject: 'Budget sync' }, anySignal());
            await assert.rejects(creating, UcwaUnknownOutcomeError);
          });
        });
      }

      it('finds its meeting when the server wrote the line ends anew, as XML does', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.once(`POST ${pool.app}/my`, () => {
            hold(pool, wireMeeting(pool, { description: 'One\nTwo\nThree' }));
            return { cut: true };
          });

          const input = { subject: 'Budget sync', description: 'One\r\nTwo\rThree' };
          const meeting = await account.meetings.create(input, anySignal());

          assert.equal(meeting.id, id);
        });
      });

      it('finds its meeting although somebody else looked at them all meanwhile', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.once(`POST ${pool.app}/my`, async () => {
            hold(pool, wireMeeting(pool));
            await account.meetings.list(anySignal());
            return { status: 500, json: { code: 'ServiceFailure' } };
          });

          assert.equal((await account.meetings.create({ subject: 'Budget sync' }, anySignal())).id, id);
        });
      });

      it('does not take an older meeting of the same name for its own', async () => {
        await withAccount(async (pool, account) => {
          hold(pool, wireMeeting(pool));
          await account.signIn(anySignal());
          pool.on(`POST ${pool.app}/my`, { cut: true });

          await assert.rejects(
            account.meetings.create({ subject: 'Budget sync' }, anySignal()),
            UcwaUnknownOutcomeError,
          );
          assert.equal(pool.count(`POST ${pool.app}/my`), 1);
        });
      });

      it('compares the expiry too, and does not guess between two that fit', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          const expirationTime = new Date(1_799_276_400_000);
          pool.once(`POST ${pool.app}/my`, () => {
            hold(
              pool,
              wireMeeting(pool),
              wireMeeting(pool, { onlineMeetingId: 'LATER', expirationTime: '/Date(1799999999000)/' }),
            );
            return { cut: true };
          });
          assert.equal((await account.meetings.create({ subject: 'Budget sync', expirationTime }, anySignal())).id, id);

          pool.once(`POST ${pool.app}/my`, () => {
            hold(pool, wireMeeting(pool, { onlineMeetingId: 'A' }), wireMeeting(pool, { onlineMeetingId: 'B' }));
            return { cut: true };
          });
          await assert.rejects(
            account.meetings.create({ subject: 'Budget sync', expirationTime }, anySignal()),
            UcwaUnknownOutcomeError,
          );
        });
      });

      it('cannot know when it never saw what was there before', async () => {
        await withAccount(async (pool, account) => {
          pool.on(`GET ${pool.app}/my`, { status: 403, json: { code: 'Forbidden' } });
          await account.signIn(anySignal());
          pool.once(`POST ${pool.app}/my`, () => {
            hold(pool, wireMeeting(pool));
            return { cut: true };
          });

          await assert.rejects(
            account.meetings.create({ subject: 'Budget sync' }, anySignal()),
            UcwaUnknownOutcomeError,
          );
        });
      });

      it('reports the error of the server when the server says it failed and the meeting is not there', async () => {
        await withAccount(async (pool, account) => {
          pool.on(`POST ${pool.app}/my`, { status: 500, json: { code: 'ServiceFailure', message: 'Sorry.' } });

          await assert.rejects(
            account.meetings.create({ subject: 'x' }, anySignal()),
            (error: unknown) => error instanceof UcwaResponseError && error.serverMessage === 'Sorry.',
          );
          assert.equal(pool.count(`POST ${pool.app}/my`), 1);
        });
      });

      it('F-21: passes a quota error on at once', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          pool.on(`POST ${pool.app}/my`, { status: 409, json: { code: 'Conflict', subcode: 'TooManyOnlineMeetings' } });
          const before = pool.commands().length;

          await assert.rejects(account.meetings.create({}, anySignal()), /TooManyOnlineMeetings/);
          assert.equal(pool.commands().length, before + 1);
        });
      });

      it('gives two equal creations their own meetings, also when both answers are lost', async () => {
        await withAccount(async (pool, account) => {
          await account.signIn(anySignal());
          const made: Record<string, unknown>[] = [];
          pool.on(`POST ${pool.app}/my`, () => {
            made.push(wireMeeting(pool, { onlineMeetingId: `M${String(made.length + 1)}` }));
            hold(pool, ...made);
            return { cut: true };
          });

          const create = async (): Promise<string> =>
            (await account.meetings.create({ subject: 'Budget sync' }, anySignal())).id;

          assert.deepEqual((await Promise.all([create(), create()])).sort(), ['M1', 'M2']);
        });
      });
    });

    describe('meetings.remove', () => {
      it('is one request on a warm account, and takes 404 for success', async () => {
        await withAccount(async (pool, account) => {
          hold(pool, wireMeeting(pool));
          await account.signIn(anySignal());
          pool.once(`DELETE ${pool.app}/my/${id}`, gone);
          const before = pool.commands().length;

          await account.meetings.remove(id, anySignal());
          await account.meetings.remove('NONE', anySignal());

          assert.deepEqual(pool.commands().slice(before, before + 1), [`DELETE ${pool.app}/my/${id}`]);
          assert.equal(pool.count(`DELETE ${pool.app}/my/NONE`), 0);
        });
      });
    });

    describe('The resources read once', () => {
      it('are asked for once by many callers, and are undefined where there is no link', async () => {
        await withAccount(async (pool, account) => {
          const application = pool.application();
          const links = {
            onlineMeetingPolicies: { href: `${pool.app}/policies` },
            phoneDialInInformation: { href: `${pool.app}/none` },
          };
          Object.assign(application._embedded as object, { onlineMeetings: { _links: links } });
          pool.on('POST /apps', { status: 201, json: application });
          pool.on(`GET ${pool.app}`, { json: application });
          pool.on(`GET ${pool.app}/policies`, {
            json: { phoneUserAdmission: 'Enabled', voipAudio: 'None', meetingSize: 250 },
          });
          pool.on(`GET ${pool.app}/none`, gone);

          const [first, second] = await Promise.all([account.policies(anySignal()), account.policies(anySignal())]);

          assert.deepEqual(first, second);
          assert.equal(first?.phoneUserAdmission, true);
          assert.equal(first.voipAudio, false);
          assert.equal(pool.count(`GET ${pool.app}/policies`), 1);
          assert.equal(await account.phoneDialInInformation(anySignal()), undefined);
          assert.equal(await account.defaultValues(anySignal()), undefined);
          assert.equal(await account.assignedMeeting(anySignal()), undefined);
        });
      });
    });
  });
}
