import assert from 'node:assert/strict';

import { fromTheJournal, inPassing, type Manner } from '../../src/bot/manner';
import { OperationSpeech } from '../../src/bot/operation-speech';
import type { SpeakAt } from '../../src/bot/sign-in-turns';
import { Turns } from '../../src/bot/turns';
import type { Operation } from '../../src/journal/operation';
import { messageActivity } from '../support/chat';
import { RecordingLogger } from '../support/recording-logger';

/** An operation that is only begun. */
function begun(request: object): Operation {
  return {
    ...{ id: 'A', kind: 'x', personId: 'anna', conversationId: 'a:1', activityId: 'A', step: 'accepted', attempts: 1 },
    ...{ epoch: 1, acceptedAt: 0, cardActivityId: undefined, cardSentAt: undefined, meetingSentAt: undefined },
    ...{
      meetingId: undefined,
      answer: undefined,
      request,
      tryingUntil: undefined,
      isToStop: false,
      vanished: 0,
      askedAt: 0,
    },
  };
}

describe('OperationSpeech', () => {
  let spoken = 0;
  let speech: OperationSpeech;
  /** How it was spoken. */
  let manners: (Manner | undefined)[] = [];

  beforeEach(() => {
    spoken = 0;
    const sendActivity = async (): Promise<{ id: string }> => {
      spoken += 1;
      return Promise.resolve({ id: 'posted' });
    };
    manners = [];
    const speakAt: SpeakAt = async (_activity, work, manner) => {
      manners.push(manner);
      await work({ sendActivity } as never);
    };
    const log = new RecordingLogger();
    const borrow = (): never => {
      throw new Error('nobody needs meetings here');
    };
    const turns = new Turns({ people: { isPersonal: false, borrow }, log, stopping: new AbortController().signal });
    const posts = {
      orElsewhere: async <Result>(_operation: unknown, _content: unknown, say: () => Promise<Result>) => say(),
    };
    speech = new OperationSpeech({ speakAt, turns, posts, log });
  });

  it('says of a slow message that it is under way', async () => {
    const posted = await speech.post(begun({ activity: messageActivity('new Retro', {}) }), { kind: 'underWay' });

    assert.deepEqual([posted, spoken], ['posted', 1]);
  });

  it('gives way with that, but not with until when something is tried, to answers', async () => {
    const asked = begun({ activity: messageActivity('new Retro', {}) });

    await speech.post(asked, { kind: 'underWay' });
    await speech.post(asked, { kind: 'trying', until: 0, why: 'away' });

    assert.deepEqual(manners, [inPassing, fromTheJournal]);
  });

  it('says nothing of the kind of a click, and of what nobody asked', async () => {
    const click = {
      activity: { ...messageActivity('', {}), type: 'invoke', value: { action: { verb: 'edit.save' } } },
    };
    const own = {
      activity: { ...messageActivity('', {}), type: 'event' },
      own: { kind: 'reminder', id: 'r', revision: 1 },
    };

    const posted = [
      await speech.post(begun(click), { kind: 'underWay' }),
      await speech.post(begun(own), { kind: 'underWay' }),
    ];

    assert.deepEqual([posted, spoken], [[undefined, undefined], 0]);
  });
});
