import assert from 'node:assert/strict';
import { isDeepStrictEqual } from 'node:util';

import { type ConversationSnapshot, type JoinedMeeting, UcwaConversationEndedError } from '../../../../src/ucwa';

import type { Stage, TrueMeeting } from './stage';

/** What a leader does about somebody. */
type Act = 'promote' | 'admit' | 'eject';

/** Who is in with which role, and who waits; by SIP URI. */
interface Company {
  readonly inside: Readonly<Record<string, string | undefined>>;
  readonly waiting: readonly string[];
}

/** Follows one meeting with `watch` and holds what it says against what is there. */
export class Observer {
  readonly #stage: Stage;
  readonly #joined: JoinedMeeting;
  readonly #truth: () => Promise<TrueMeeting | undefined>;
  readonly #snapshots: AsyncIterator<ConversationSnapshot>;
  readonly #everSent = new Set<string>();
  #latest: ConversationSnapshot | undefined;

  /** @param truth - reads the meeting past the client. */
  constructor(stage: Stage, joined: JoinedMeeting, truth: () => Promise<TrueMeeting | undefined>) {
    this.#stage = stage;
    this.#joined = joined;
    this.#truth = truth;
    this.#snapshots = joined.watch(stage.signal)[Symbol.asyncIterator]();
    this.#everSent.add(stage.ownUri);
  }

  /** Somebody comes, with a client of their own; resolves when it is seen. */
  async letIn(address: string): Promise<void> {
    this.#everSent.add(`sip:${address}`);
    await this.#order(address, 'join');
  }

  /** Somebody goes by themselves; resolves when it is seen. */
  async letOut(address: string): Promise<void> {
    await this.#order(address, 'leave');
  }

  /** We do something about somebody; resolves when its effect is seen. */
  async act(act: Act, address: string): Promise<void> {
    const { participants = [], lobby = [] } = this.#latest ?? {};
    const person = [...participants, ...lobby].find(({ uri }) => uri === `sip:${address}`);
    assert.ok(person !== undefined, `${address} was there a moment ago`);
    await this.#joined.control[act](person.id, this.#stage.signal);
    await this.agree();
  }

  /**
   * Resolves when what is told is what is there.
   *
   * @throws AssertionError when that never comes, or somebody is told of who never came; UcwaConversationEndedError when the meeting is over for
   * us.
   */
  async agree(): Promise<void> {
    const wanted = companyOf(await this.#truth());
    for (;;) {
      if (this.#latest !== undefined && isDeepStrictEqual(told(this.#latest), wanted)) return;
      const { ended } = await this.#next().catch((error: unknown) => {
        if (this.#stage.signal.aborted) assert.deepEqual(this.#latest && told(this.#latest), wanted);
        throw error;
      });
      if (ended !== undefined) throw new UcwaConversationEndedError(ended.reason);
    }
  }

  /** After leaving, the last snapshot says so, and shows nobody any more. */
  async seeTheEnd(): Promise<void> {
    while ((await this.#next()).ended === undefined);
    const { ended, participants, lobby } = this.#latest ?? {};
    assert.deepEqual({ ended, participants, lobby }, { ended: { reason: 'Left' }, participants: [], lobby: [] });
    assert.equal((await this.#snapshots.next()).done, true);
  }

  async #next(): Promise<ConversationSnapshot> {
    const result = await this.#snapshots.next();
    assert.ok(result.done !== true, 'the snapshots ended without an end');
    const { value } = result;
    const uris = [...value.participants, ...value.lobby].map(({ uri }) => uri).filter((uri) => uri !== undefined);
    assert.equal(new Set(uris).size, uris.length, `somebody is in two places: ${uris.join(', ')}`);
    for (const uri of uris) assert.ok(this.#everSent.has(uri), `${uri} was never there`);
    this.#latest = value;
    return value;
  }

  async #order(address: string, what: 'join' | 'leave'): Promise<void> {
    const onlineMeetingId = (await this.#truth())?.onlineMeetingId;
    await this.#stage.control(`people/${address}/${what}`, { onlineMeetingId });
    await this.agree();
  }
}

function told({ participants, lobby }: ConversationSnapshot): Company {
  return {
    inside: Object.fromEntries(participants.map(({ uri = '', role }) => [uri, role])),
    waiting: lobby.map(({ uri = '' }) => uri),
  };
}

function companyOf(meeting: TrueMeeting | undefined): Company {
  const participants = meeting?.participants ?? [];
  return {
    inside: Object.fromEntries(participants.filter(({ inLobby }) => !inLobby).map(({ uri, role }) => [uri, role])),
    waiting: participants.filter(({ inLobby }) => inLobby).map(({ uri }) => uri),
  };
}
