import assert from 'node:assert/strict';

import { meetingIdOf, parseJoinTarget } from '../../src/meetings/join-target';

const URI = 'sip:eva@contoso.com;gruu;opaque=app:conf:focus:id:K7Q2XW5T';

const TARGETS = [
  ['https://meet.contoso.com/eva/K7Q2XW5T', 'url'],
  ['HTTPS://meet.contoso.com/eva/K7Q2XW5T', 'url'],
  ['<https://meet.contoso.com/eva/K7Q2XW5T>', 'url'],
  ['http://127.0.0.1/x', 'url'],
  ['meet.contoso.com/eva/K7Q2XW5T', 'url'],
  ['meet.contoso.com', 'ref'],
  ['and/or', 'ref'],
  [URI, 'conferenceUri'],
  [`conf:${URI}`, 'conferenceUri'],
  [`conf:${URI}%3Frequired-media=audio`, 'ref'],
  [`${URI};required-media=audio`, 'conferenceUri'],
  [URI.toUpperCase(), 'conferenceUri'],
  ['12345', 'conferenceId'],
  ['1298 3487', 'conferenceId'],
  ['1298-3487', 'conferenceId'],
  ['1234', 'ref'],
  ['1234567890123456', 'ref'],
  ['#12345', 'ref'],
  ['sip:eva@contoso.com', 'ref'],
  ['ftp://meet.contoso.com/x', 'ref'],
  ['Budget review', 'ref'],
  ['', 'ref'],
] as const;

describe('parseJoinTarget', () => {
  for (const [typed, kind] of TARGETS) {
    it(`takes "${typed}" for: ${kind}`, () => {
      assert.equal(parseJoinTarget(typed).kind, kind);
    });
  }

  it('cuts a conference URI down to what names the conference', () => {
    assert.deepEqual(parseJoinTarget(`conf:${URI}?conversation-id=x`), { kind: 'conferenceUri', uri: URI });
  });

  it('reads the digits of a number', () => {
    assert.deepEqual(parseJoinTarget(' 12 98-34 87 '), { kind: 'conferenceId', digits: '12983487' });
  });

  it('takes no time for a long text', () => {
    assert.equal(parseJoinTarget(`sip:${'@;'.repeat(14_000)}`).kind, 'ref');
  });

  it('leaves a conference URI that names its meeting ID', () => {
    assert.deepEqual([URI, 'sip:eva@contoso.com', ''].map(meetingIdOf), ['K7Q2XW5T', undefined, undefined]);
  });
});
