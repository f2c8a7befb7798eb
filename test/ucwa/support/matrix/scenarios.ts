import assert from 'node:assert/strict';

import {
  type JoinedMeeting,
  type MyOnlineMeeting,
  UcwaTransportError,
  UcwaUnknownOutcomeError,
} from '../../../../src/ucwa';

import { Observer } from './observer';
import type { Stage, TrueMeeting, Truth } from './stage';

/** What an adapter does with the client, one thing at a time. */
export type ScenarioName = 'start' | 'join' | 'create' | 'list' | 'edit' | 'cancel' | 'watch';

/** How one attempt ended: with what the client said, or with what it threw. */
export type Outcome<T> =
  { readonly kind: 'done'; readonly value: T } | { readonly kind: 'failed'; readonly error: unknown };

/** Calls back when the case may let things go wrong. */
export interface Cues {
  /** Signed in and prepared: what follows is what the scenario is about. */
  readonly ready: () => Promise<void>;
  /** In a meeting, alone. */
  readonly inside: () => Promise<void>;
}

/** One scenario. */
export interface Scenario {
  readonly name: ScenarioName;
  /** Which POSTs of this scenario make something. */
  readonly creates?: RegExp;
  /** Plays it and compares what the client said with the truth. @throws AssertionError for a lie. */
  readonly play: (stage: Stage, cues: Cues) => Promise<Outcome<unknown>>;
}

/** Nothing in the simulator's company has this subject. */
const subject = 'Matrix';
const details = { description: 'One seed, one case', attendees: ['sip:anna.berg@contoso.com'] };

const entry = /\/(onlineMeetingInvitations|startOnlineMeeting|joinOnlineMeeting)(\?|$)/;

/** The core scenarios by name. */
export const scenarios: Readonly<Record<ScenarioName, Scenario>> = {
  create: { name: 'create', creates: /\/myOnlineMeetings$/, play: create },
  list: { name: 'list', play: list },
  edit: { name: 'edit', play: edit },
  cancel: { name: 'cancel', play: cancel },
  start: { name: 'start', creates: entry, play: start },
  join: { name: 'join', creates: entry, play: join },
  watch: { name: 'watch', creates: entry, play: watch },
};

async function create(stage: Stage, cues: Cues): Promise<Outcome<MyOnlineMeeting>> {
  const expirationTime = inOneDay(stage);
  const outcome = await attempt(async () => {
    await stage.account.signIn(stage.signal);
    await cues.ready();
    return stage.account.meetings.create({ subject, ...details, expirationTime }, stage.signal);
  });

  const made = withSubject(await stage.truth());
  if (outcome.kind === 'done') {
    assertSame(outcome.value, made[0]);
    assert.equal(made[0]?.expirationTime, expirationTime.getTime());
    assert.deepEqual(made[0].attendees, details.attendees);
  } else if (isDefinite(outcome.error)) {
    assert.equal(made.length, 0, 'a meeting exists although the client said that it could not be made');
  }
  return outcome;
}

async function list(stage: Stage, cues: Cues): Promise<Outcome<MyOnlineMeeting[]>> {
  const outcome = await attempt(async () => {
    await stage.account.signIn(stage.signal);
    await cues.ready();
    return stage.account.meetings.list(stage.signal);
  });

  if (outcome.kind === 'done') {
    const truth = ownMeetings(await stage.truth(), stage.ownUri);
    const said = outcome.value.map(({ id, subject: words, etag }) => ({ id, words, etag }));
    assert.deepEqual(
      said.sort((one, other) => one.id.localeCompare(other.id)),
      truth.map(({ onlineMeetingId, subject: words, etag }) => ({ id: onlineMeetingId, words, etag })),
    );
  }
  return outcome;
}

async function edit(stage: Stage, cues: Cues): Promise<Outcome<MyOnlineMeeting>> {
  const outcome = await attempt(async () => {
    const { id } = await prepare(stage);
    await cues.ready();
    const current = await stage.account.meetings.get(id, stage.signal);
    return stage.account.meetings.update(current, { subject: `${subject}, moved` }, stage.signal);
  });

  const truth = (await stage.truth()).meetings.find((meeting) => meeting.subject.startsWith(subject));
  if (outcome.kind === 'done') {
    assertSame(outcome.value, truth);
    assert.equal(truth?.subject, `${subject}, moved`);
  } else if (truth !== undefined && isDefinite(outcome.error)) {
    assert.equal(truth.subject, subject, 'the meeting was changed although the client said that it could not be');
  }
  if (truth !== undefined) assert.deepEqual(truth.attendees, details.attendees, 'what was not edited got lost');
  return outcome;
}

async function cancel(stage: Stage, cues: Cues): Promise<Outcome<undefined>> {
  const outcome = await attempt(async () => {
    const { id } = await prepare(stage);
    await cues.ready();
    await stage.account.meetings.remove(id, stage.signal);
    return undefined;
  });

  if (outcome.kind === 'done') assert.deepEqual(withSubject(await stage.truth()), []);
  return outcome;
}

async function start(stage: Stage, cues: Cues): Promise<Outcome<JoinedMeeting>> {
  const outcome = await attempt(async () => {
    await stage.account.signIn(stage.signal);
    await cues.ready();
    return stage.account.startOnlineMeeting({ subject }, stage.signal);
  });

  if (outcome.kind === 'done') await checkPresence(stage, outcome.value);
  return outcome;
}

async function join(stage: Stage, cues: Cues): Promise<Outcome<JoinedMeeting>> {
  const outcome = await attempt(async () => {
    const { onlineMeetingUri = '' } = await prepare(stage);
    await cues.ready();
    return stage.account.joinOnlineMeeting({ onlineMeetingUri }, stage.signal);
  });

  if (outcome.kind === 'done') await checkPresence(stage, outcome.value);
  return outcome;
}

/** Follows a meeting in which people come and go, wait, rise and are put out, by others and by ourselves. */
async function watch(stage: Stage, cues: Cues): Promise<Outcome<undefined>> {
  return attempt(async () => {
    await stage.account.signIn(stage.signal);
    await cues.ready();
    const joined = await stage.account.startOnlineMeeting({ subject }, stage.signal);
    const observer = new Observer(stage, joined, async () => withSubject(await stage.truth())[0]);
    await observer.agree();
    await cues.inside();
    await observer.letIn('lukas.holm@contoso.com');
    await joined.someoneElseJoined(stage.signal);
    await observer.act('promote', 'lukas.holm@contoso.com');
    await observer.letIn('guest@fabrikam.com');
    await observer.act('admit', 'guest@fabrikam.com');
    await observer.letOut('lukas.holm@contoso.com');
    await observer.act('eject', 'guest@fabrikam.com');
    await joined.leave(stage.signal);
    await observer.seeTheEnd();
    return undefined;
  });
}

/** A scheduled meeting to do something with. */
async function prepare(stage: Stage): Promise<MyOnlineMeeting> {
  return stage.account.meetings.create({ subject, ...details, expirationTime: inOneDay(stage) }, stage.signal);
}

function inOneDay(stage: Stage): Date {
  return new Date(Math.floor(stage.clock.now() / 1_000) * 1_000 + 86_400_000);
}

async function attempt<T>(work: () => Promise<T>): Promise<Outcome<T>> {
  try {
    return { kind: 'done', value: await work() };
  } catch (error) {
    if (error instanceof assert.AssertionError) throw error;
    return { kind: 'failed', error };
  }
}

/** In the meeting when we say so, and out of it when we have left. */
async function checkPresence(stage: Stage, joined: JoinedMeeting): Promise<void> {
  const isInside = async (): Promise<TrueMeeting | undefined> =>
    withSubject(await stage.truth()).find(({ participants }) =>
      participants.some(({ uri, inLobby }) => uri === stage.ownUri && !inLobby),
    );
  const meeting = await isInside();
  assert.ok(meeting !== undefined, 'the client is not in the meeting that it says it is in');
  assert.equal(joined.onlineMeeting.joinUrl, meeting.joinUrl);
  assert.equal(joined.onlineMeeting.onlineMeetingUri, meeting.onlineMeetingUri);
  assert.equal(joined.inLobby, false);
  await joined.leave(stage.signal);
  assert.equal(await isInside(), undefined, 'the client is still in the meeting that it left');
}

function assertSame(said: MyOnlineMeeting, truth: TrueMeeting | undefined): void {
  const { id, subject: words, description, attendees, etag, joinUrl } = said;
  assert.ok(truth !== undefined, 'the client speaks of a meeting that does not exist');
  const { onlineMeetingId, ...actual } = truth;
  assert.deepEqual(
    { id, words, description, attendees, etag, joinUrl },
    {
      id: onlineMeetingId,
      words: actual.subject,
      description: actual.description,
      attendees: actual.attendees,
      etag: actual.etag,
      joinUrl: actual.joinUrl,
    },
  );
}

/** Whether the error claims that nothing has happened. */
function isDefinite(error: unknown): boolean {
  return !(error instanceof UcwaUnknownOutcomeError || (error instanceof UcwaTransportError && error.ambiguous));
}

/** The meetings that a case has made. */
export function withSubject({ meetings }: Truth): readonly TrueMeeting[] {
  return meetings.filter((meeting) => meeting.subject === subject);
}

function ownMeetings({ meetings }: Truth, ownUri: string): readonly TrueMeeting[] {
  return meetings
    .filter(({ organizer, kind }) => organizer === ownUri && kind !== 'adhoc')
    .sort((one, other) => one.onlineMeetingId.localeCompare(other.onlineMeetingId));
}
