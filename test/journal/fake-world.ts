import type { Operation } from '../../src/journal/operation';
import type { Content, OperationHost } from '../../src/journal/ports';

/** A world in memory, in which the test says what fails. */
export class FakeWorld implements OperationHost {
  /** What each message shows, by activity id. */
  readonly messages = new Map<string, Content>();
  /** Every call, as `perform A`. */
  readonly calls: string[] = [];
  readonly followed: string[] = [];
  perform: OperationHost['perform'] = async (operation) => {
    this.calls.push(`perform ${operation.id}`);
    return Promise.resolve({ answer: { text: `done ${operation.id}` } });
  };
  /** Runs in place of the next posting; `deliver` puts the message there all the same. */
  readonly postings: ((deliver: () => string) => Promise<string | undefined>)[] = [];
  readonly followings: Error[] = [];
  /** Whether those who ask get the answer in another way. */
  hears = false;
  #posted = 0;

  async isHeard(): Promise<boolean> {
    return Promise.resolve(this.hears);
  }

  triesUntil({ acceptedAt }: Operation): number {
    return acceptedAt + 600_000;
  }

  farewellTo(): unknown {
    return { text: 'stopped' };
  }

  apologyFor(): unknown {
    return { text: 'sorry' };
  }

  async post(_operation: Operation, content: Content): Promise<string | undefined> {
    this.calls.push(`post ${content.kind}`);
    const deliver = (): string => {
      this.#posted += 1;
      const id = `message ${String(this.#posted)}`;
      this.messages.set(id, content);
      return id;
    };
    const posting = this.postings.shift();
    return posting === undefined ? Promise.resolve(deliver()) : posting(deliver);
  }

  async update({ cardActivityId = '' }: Operation, content: Content): Promise<'shown' | 'gone'> {
    this.calls.push(`update ${cardActivityId}`);
    if (!this.messages.has(cardActivityId)) return Promise.resolve('gone');
    this.messages.set(cardActivityId, content);
    return Promise.resolve('shown');
  }

  async remove(_operation: Operation, activityId: string): Promise<void> {
    this.messages.delete(activityId);
    return Promise.resolve();
  }

  async follow({ id }: Operation): Promise<void> {
    const failure = this.followings.shift();
    if (failure !== undefined) throw failure;
    this.followed.push(id);
    return Promise.resolve();
  }

  /** What people see. */
  get shown(): readonly unknown[] {
    return [...this.messages.values()].map((content) => (content.kind === 'answer' ? content.answer : content.kind));
  }
}
