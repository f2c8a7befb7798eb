import assert from 'node:assert/strict';

import type { ShownMessage } from '../../bench/chaos/chat-service';
import { type Evidence, judge, toldAt } from '../../bench/chaos/judgement';
import type { TrueMeeting } from '../../bench/chaos/meeting-server';
import type { Wish } from '../../bench/chaos/wish';

const token = 'Chaos 1-1.';

const wish = (kind: Wish['kind'], over: Partial<Wish> = {}): Wish => ({
  ...{ kind, conversationId: 'a:1', token, subject: token, activity: {}, acknowledgedAt: 1000, answers: [] },
  ...over,
});

const shown = (...texts: readonly string[]): ShownMessage[] =>
  texts.map((shows, at) => ({ id: String(at), conversationId: 'a:1', shows, isDeleted: false, since: 5000 + at }));

const there = (...subjects: readonly string[]): TrueMeeting[] =>
  subjects.map((subject, at) => ({ onlineMeetingId: String(at), subject, joinUrl: '' }));

const details = (subject: string): string => JSON.stringify([subject, 'edit.open']);

const gone = JSON.stringify([token, 'The join link no longer works.']);

const cases: readonly (readonly [title: string, evidence: Evidence, verdict: ReturnType<typeof judge>])[] = [
  ['one meeting, one card', { wish: wish('typed'), meetings: there(token), visible: shown(details(token)) }, 'done'],
  ['no meeting and no word', { wish: wish('typed'), meetings: [], visible: [] }, 'lost'],
  ['no meeting, and told so', { wish: wish('typed'), meetings: [], visible: shown('"Reference 1"') }, 'refused'],
  ['no meeting, but a card', { wish: wish('typed'), meetings: [], visible: shown(details(token)) }, 'lost'],
  ['two meetings', { wish: wish('form'), meetings: there(token, token), visible: shown(details(token)) }, 'doubled'],
  [
    'two cards',
    { wish: wish('typed'), meetings: there(token), visible: shown(details(token), details(token)) },
    'doubledCard',
  ],
  ['a meeting without a card', { wish: wish('typed'), meetings: there(token), visible: [] }, 'wrongCard'],
  [
    'an excuse beside the card',
    { wish: wish('typed'), meetings: there(token), visible: shown(details(token), '"Reference 1"') },
    'wrongCard',
  ],
  [
    'an excuse for one click beside the card of another',
    { wish: wish('form'), meetings: there(token), visible: shown(details(token), '"Reference 1"') },
    'done',
  ],
  [
    'a card from before the edit',
    { wish: wish('edit', { subject: 'B' }), meetings: there('B'), visible: shown(details(token)) },
    'wrongCard',
  ],
  [
    'an edit that came to nothing',
    { wish: wish('edit', { subject: 'B' }), meetings: there(token), visible: shown(details(token)) },
    'lost',
  ],
  ['a cancelled meeting', { wish: wish('cancel'), meetings: [], visible: shown(gone) }, 'done'],
  [
    'a cancelled meeting with buttons',
    { wish: wish('cancel'), meetings: [], visible: shown(details(token)) },
    'wrongCard',
  ],
  ['a card of the cancellation alone', { wish: wish('cancel'), meetings: there(token), visible: shown(gone) }, 'lost'],
  [
    'a placeholder',
    { wish: wish('typed'), meetings: there(token), visible: shown('I am working on it…') },
    'unfinished',
  ],
];

describe('judge', () => {
  for (const [title, evidence, verdict] of cases) {
    it(`calls ${title} ${verdict}`, () => {
      assert.equal(judge(evidence), verdict);
    });
  }

  it('knows when people were told: by a message, or by the answer to their click', () => {
    const visible = shown(details(token));
    const answers = [{ text: details(token), at: 3000 }];

    assert.equal(toldAt({ wish: wish('form'), meetings: there(token), visible }), 5000);
    assert.equal(toldAt({ wish: wish('form', { answers }), meetings: there(token), visible }), 3000);
    assert.equal(toldAt({ wish: wish('form'), meetings: [], visible: [] }), undefined);
  });
});
