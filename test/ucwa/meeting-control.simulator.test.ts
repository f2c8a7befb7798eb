import assert from 'node:assert/strict';

import type { SimulatorOptions } from '../../src/simulator';
import {
  type ConversationSnapshot,
  type JoinedMeeting,
  type MeetingParticipant,
  UcwaActionUnavailableError,
  UcwaConversationEndedError,
  UcwaOperationFailedError,
} from '../../src/ucwa';

import { Company, Watcher } from './support/on-simulator';
import { anySignal } from './support/pool';

const petra = 'sip:petra.novak@contoso.com';
const lukas = 'sip:lukas.holm@contoso.com';
const guest = 'sip:visitor@fabrikam.com';

const urisOf = (people: readonly MeetingParticipant[]): (string | undefined)[] => people.map(({ uri }) => uri).sort();

function find(people: readonly MeetingParticipant[], uri: string): MeetingParticipant {
  return people.find((person) => person.uri === uri) ?? assert.fail(`${uri} is not there`);
}

const has =
  (uri: string) =>
  ({ participants }: ConversationSnapshot): boolean =>
    participants.some((person) => person.uri === uri);

const waits =
  (uri: string) =>
  ({ lobby }: ConversationSnapshot): boolean =>
    lobby.some((person) => person.uri === uri);

const roleOf =
  (uri: string, role: string) =>
  ({ participants }: ConversationSnapshot): boolean =>
    participants.some((person) => person.uri === uri && person.role === role);

interface Room {
  readonly company: Company;
  readonly meeting: JoinedMeeting;
  readonly watcher: Watcher;
}

const variants: [string, SimulatorOptions][] = [
  ['events with content', {}],
  ['events without content', { switches: { eventsWithoutEmbedded: true } }],
  ['hrefs of the reference pages', { switches: { pathStyle: 'reference', hrefForm: 'double-slash' } }],
  ['unknown properties and values', { switches: { extraProperties: true, splitSenders: true } }],
];

for (const format of ['json', 'xml'] as const) {
  const inRoom = async (test: (room: Room) => Promise<void>, options: SimulatorOptions = {}): Promise<void> => {
    const company = await Company.open(options, { format });
    try {
      const meeting = await company.account().startOnlineMeeting({ subject: 'Budget sync' }, anySignal());
      await test({ company, meeting, watcher: new Watcher(meeting) });
    } finally {
      await company.close();
    }
  };

  describe(`Control of a meeting on the simulator, in ${format}`, () => {
    for (const [name, options] of variants) {
      it(`tells who comes, waits, leads and goes, with ${name}`, async () => {
        await inRoom(async ({ company, meeting, watcher }) => {
          const first = await watcher.until(({ me }) => me?.role === 'Leader' && me.uri !== undefined);
          assert.equal(first.subject, 'Budget sync');
          assert.deepEqual(urisOf(first.participants), ['sip:confer@contoso.com']);
          assert.equal(first.me?.isSelf, true);

          await company.move(petra, 'join', meeting);
          const joined = await watcher.until(roleOf(petra, 'Attendee'));
          assert.deepEqual(find(joined.participants, petra).actions, ['promote', 'eject']);

          await company.move(guest, 'join', meeting);
          const waiting = find((await watcher.until(waits(guest))).lobby, guest);
          assert.deepEqual([waiting.actions, waiting.isAnonymous], [['admit', 'reject'], true]);

          await meeting.control.admit(waiting.id, anySignal());
          const admitted = await watcher.until(roleOf(guest, 'Attendee'));
          assert.deepEqual(admitted.lobby, []);
          assert.deepEqual(urisOf(admitted.participants), ['sip:confer@contoso.com', petra, guest].sort());

          await meeting.control.promote(find(admitted.participants, petra).id, anySignal());
          const promoted = await watcher.until(
            (now) => roleOf(petra, 'Leader')(now) && find(now.participants, petra).actions.includes('demote'),
          );
          assert.deepEqual(find(promoted.participants, petra).actions, ['demote', 'eject']);

          await meeting.control.demote(find(promoted.participants, petra).id, anySignal());
          await watcher.until(roleOf(petra, 'Attendee'));

          await meeting.control.eject(find(promoted.participants, guest).id, anySignal());
          await watcher.until((now) => !has(guest)(now));
          await company.move(petra, 'leave', meeting);
          const alone = await watcher.until((now) => !has(petra)(now));
          assert.deepEqual(urisOf(alone.participants), ['sip:confer@contoso.com']);

          await meeting.leave(anySignal());
          const last = await watcher.until(({ ended }) => ended !== undefined);
          assert.deepEqual(last.ended, { reason: 'Left' });
          assert.deepEqual([last.participants, last.lobby, last.actions], [[], [], []]);
          assert.equal((await watcher.next()).done, true);
        }, options);
      });
    }

    it('sends no request of its own for what the events tell', async () => {
      await inRoom(async ({ company, meeting, watcher }) => {
        await watcher.until(() => true);
        const before = company.simulator.requests.filter(({ path }) => !/events|_sim/.test(path)).length;

        await company.move(petra, 'join', meeting);
        await watcher.until(roleOf(petra, 'Attendee'));

        assert.equal(company.simulator.requests.filter(({ path }) => !/events|_sim/.test(path)).length, before);
      });
    });

    for (const peopleForm of ['mixed', 'links', 'embedded'] as const) {
      it(`reads roster, leaders, attendees and lobby, people form ${peopleForm}`, async () => {
        await inRoom(
          async ({ company, meeting, watcher }) => {
            await company.move(petra, 'join', meeting);
            await company.move(guest, 'join', meeting);
            await watcher.until((now) => waits(guest)(now) && has(petra)(now));
            const { control } = meeting;

            assert.deepEqual(urisOf(await control.roster(anySignal())), ['sip:confer@contoso.com', petra]);
            assert.deepEqual(urisOf(await control.leaders(anySignal())), ['sip:confer@contoso.com']);
            const [attendee] = await control.attendees(anySignal());
            assert.deepEqual([attendee?.uri, attendee?.role], [petra, 'Attendee']);
            assert.deepEqual(urisOf(await control.lobby(anySignal())), [guest]);
          },
          { switches: { peopleForm } },
        );
      });
    }

    it('sends people away from the lobby', async () => {
      await inRoom(async ({ company, meeting, watcher }) => {
        await company.move(guest, 'join', meeting);
        const { lobby } = await watcher.until(waits(guest));

        await meeting.control.reject(find(lobby, guest).id, anySignal());

        const after = await watcher.until((now) => !waits(guest)(now));
        assert.equal(has(guest)(after), false);
      });
    });

    it('mutes and unmutes one person', async () => {
      await inRoom(async ({ company, meeting, watcher }) => {
        await company.move(petra, 'join', meeting);
        const { id } = find((await watcher.until(has(petra))).participants, petra);
        const isMuted =
          (muted: boolean) =>
          ({ participants }: ConversationSnapshot): boolean =>
            find(participants, petra).isMuted === muted;

        await meeting.control.mute(id, anySignal());
        const muted = await watcher.until(isMuted(true));
        assert.ok(find(muted.participants, petra).actions.includes('unmuteAudio'));
        await assert.rejects(meeting.control.mute(id, anySignal()), UcwaActionUnavailableError);
        await meeting.control.unmute(id, anySignal());
        await watcher.until(isMuted(false));
      });
    });

    it('sets the locks of the audience and takes them off', async () => {
      await inRoom(async ({ meeting, watcher }) => {
        const { control } = meeting;
        const open = await watcher.until(({ isAudienceMuted }) => isAudienceMuted === false);
        assert.equal(open.isAudienceSilenced, false);
        assert.ok(open.actions.includes('enableAudienceMuteLock'));

        await control.muteAudience(anySignal());
        const muted = await watcher.until(({ isAudienceMuted }) => isAudienceMuted === true);
        assert.ok(muted.actions.includes('disableAudienceMuteLock'));
        await assert.rejects(control.muteAudience(anySignal()), UcwaActionUnavailableError);
        await control.unmuteAudience(anySignal());
        await watcher.until(({ isAudienceMuted }) => isAudienceMuted === false);
        await control.silenceAudience(anySignal());
        await watcher.until(({ isAudienceSilenced }) => isAudienceSilenced === true);
        await control.unsilenceAudience(anySignal());
        await watcher.until(({ isAudienceSilenced }) => isAudienceSilenced === false);
      });
    });

    it('lets attendees do nothing', async () => {
      await inRoom(async ({ company, meeting }) => {
        const { onlineMeetingUri = '' } = meeting.onlineMeeting;
        const joined = await company.account('petra.novak').joinOnlineMeeting({ onlineMeetingUri }, anySignal());
        const now = await new Watcher(joined).until(has('sip:confer@contoso.com'));
        const organizer = find(now.participants, 'sip:confer@contoso.com');

        assert.deepEqual([now.me?.role, organizer.actions, now.actions], ['Attendee', [], ['addParticipant']]);
        const refused = { name: 'UcwaActionUnavailableError', code: 'action.unavailable', action: 'eject' };
        await assert.rejects(joined.control.eject(organizer.id, anySignal()), refused);
        await assert.rejects(joined.control.muteAudience(anySignal()), UcwaActionUnavailableError);
        assert.equal(company.count('POST', '/eject'), 0);
        await assert.rejects(joined.control.eject('https://elsewhere.contoso.com/x', anySignal()), refused);
      });
    });

    it('gains and loses its rights with its role', async () => {
      await inRoom(async ({ company, meeting }) => {
        const { onlineMeetingUri = '' } = meeting.onlineMeeting;
        const joined = await company.account('petra.novak').joinOnlineMeeting({ onlineMeetingUri }, anySignal());
        const watcher = new Watcher(joined);
        await company.move(guest, 'join', meeting);
        await company.move(lukas, 'join', meeting);
        await watcher.until(has(lukas));

        await company.move(petra, 'promote', meeting);
        const isLeading = ({ participants, actions }: ConversationSnapshot): boolean =>
          find(participants, lukas).actions.includes('eject') && actions.includes('enableAudienceMuteLock');
        await watcher.until((now) => now.me?.role === 'Leader' && waits(guest)(now) && isLeading(now));

        await company.move(petra, 'demote', meeting);
        const isPowerless = ({ participants, actions }: ConversationSnapshot): boolean =>
          find(participants, lukas).actions.length === 0 && actions.length === 1;
        const attendee = await watcher.until((now) => now.me?.role === 'Attendee' && isPowerless(now));
        assert.deepEqual([attendee.actions, attendee.lobby], [['addParticipant'], []]);
      });
    });

    it('says who was put out, with the reason of the server', async () => {
      await inRoom(async ({ company, meeting }) => {
        const { onlineMeetingUri = '' } = meeting.onlineMeeting;
        const joined = await company.account('petra.novak').joinOnlineMeeting({ onlineMeetingUri }, anySignal());
        const watcher = new Watcher(joined);
        await watcher.until(() => true);

        await company.move(petra, 'eject', meeting);

        const { ended } = await watcher.until((now) => now.ended !== undefined);
        assert.deepEqual(ended, { reason: 'Ejected', message: 'You were removed from the meeting.' });
        await assert.rejects(joined.control.roster(anySignal()), UcwaConversationEndedError);
      });
    });

    describe('addParticipant', () => {
      it('rings until the person is in', async () => {
        await inRoom(
          async ({ company, meeting, watcher }) => {
            const invitation = await meeting.control.addParticipant({ to: 'petra.novak@contoso.com' }, anySignal());
            await company.move(petra, 'join', meeting);

            assert.equal(invitation.to, petra);
            assert.deepEqual(await invitation.completed(anySignal()), { kind: 'success' });
            await watcher.until(has(petra));
          },
          { timeScale: 0.05 },
        );
      });

      it('fails with the reason of the server', async () => {
        await inRoom(
          async ({ company, meeting }) => {
            const declined = await meeting.control.addParticipant({ to: petra, operationId: 'ask-1' }, anySignal());
            await company.move(petra, 'decline', meeting);
            const phone = await meeting.control.addParticipant({ to: 'tel:+14255550100' }, anySignal());

            assert.equal(declined.operationId, 'ask-1');
            const reasons = [declined, phone].map(async (asked) => {
              const outcome = await asked.completed(anySignal());
              return outcome.kind === 'failure' ? outcome.reason.subcode : outcome.kind;
            });
            assert.deepEqual(await Promise.all(reasons), ['Declined', 'DialoutNotAllowed']);
          },
          { timeScale: 0.05 },
        );
      });

      it('fails when nobody answers', async () => {
        await inRoom(async ({ meeting }) => {
          const invitation = await meeting.control.addParticipant({ to: petra }, anySignal());

          const outcome = await invitation.completed(anySignal());
          assert.equal(outcome.kind === 'failure' && outcome.reason.subcode, 'Timeout');
          await invitation.cancel(anySignal()); // too late, and no harm
        });
      });

      it('can be taken back', async () => {
        await inRoom(
          async ({ company, meeting }) => {
            const invitation = await meeting.control.addParticipant({ to: petra }, anySignal());

            await invitation.cancel(anySignal());

            const outcome = await invitation.completed(anySignal());
            assert.equal(outcome.kind === 'failure' && outcome.reason.subcode, 'Canceled');
            assert.equal(company.count('POST', '/cancel'), 1);
          },
          { timeScale: 0.05 },
        );
      });

      it('ends with the conversation', async () => {
        await inRoom(
          async ({ meeting }) => {
            const invitation = await meeting.control.addParticipant({ to: petra }, anySignal());
            await meeting.leave(anySignal());

            const outcome = invitation.completed(anySignal()).catch((error: unknown) => error);
            const ended = await outcome;
            assert.ok(ended instanceof UcwaConversationEndedError || (ended as { kind: string }).kind === 'failure');
          },
          { timeScale: 0.05 },
        );
      });
    });

    describe('cancelJoin', () => {
      async function knock({ company }: Room): Promise<JoinedMeeting> {
        const locked = await company.account('anna.berg').meetings.create({ accessLevel: 'Locked' }, anySignal());
        const { onlineMeetingUri = '' } = locked;
        return company.account('petra.novak').joinOnlineMeeting({ onlineMeetingUri }, anySignal());
      }

      it('takes back what waits in the lobby', async () => {
        await inRoom(async (room) => {
          const joined = await knock(room);
          const watcher = new Watcher(joined);
          assert.equal((await watcher.until(() => true)).inLobby, true);

          await joined.cancelJoin(anySignal());

          await assert.rejects(joined.admitted(anySignal()), UcwaOperationFailedError);
          assert.equal((await watcher.until(({ ended }) => ended !== undefined)).ended?.reason, 'Canceled');
          await joined.cancelJoin(anySignal());
        });
      });

      it('is not possible once we are in', async () => {
        await inRoom(async ({ meeting }) => {
          await assert.rejects(meeting.cancelJoin(anySignal()), UcwaActionUnavailableError);
        });
      });
    });
  });
}
