import assert from 'node:assert/strict';

import type { ExchangedToken, ExchangeRequest } from '../../../src/adapters/identity/on-behalf-of';
import { PersonTokens } from '../../../src/adapters/identity/person-tokens';
import { MeetingProblem, SignInNeeded } from '../../../src/meetings/errors';

const SIGNAL = new AbortController().signal;
const POOL = { resource: 'https://pool-a.contoso.com' };

/** A token service and an authority that note what they are asked. */
class FakeSignOn {
  readonly asked: ExchangeRequest[] = [];
  readonly signedOut: string[] = [];
  failure: Error | undefined;

  async tokenOf(personId: string): Promise<string> {
    return Promise.resolve(`sign-on of ${personId}`);
  }

  async signOut(personId: string): Promise<void> {
    this.signedOut.push(personId);
    return Promise.resolve();
  }

  async exchange(request: ExchangeRequest): Promise<ExchangedToken> {
    this.asked.push(request);
    if (this.failure !== undefined) throw this.failure;
    return Promise.resolve({ token: `token-${String(this.asked.length)}`, expiresAt: 1 });
  }

  tokens(): PersonTokens {
    return new PersonTokens({ personId: 'anna', singleSignOn: this, onBehalfOf: this });
  }
}

describe('PersonTokens', () => {
  it('exchange the sign-on of the person for a token of the host', async () => {
    const fake = new FakeSignOn();

    const { token } = await fake.tokens().tokenFor({ ...POOL, claims: '{}' }, SIGNAL);

    assert.equal(token, 'token-1');
    const { personId, assertion, resource, claims, not } = fake.asked[0] ?? {};
    assert.deepEqual([personId, assertion, claims, not], ['anna', 'sign-on of anna', '{}', undefined]);
    assert.equal(resource, POOL.resource);
  });

  it('ask for another when the session wants one again, host by host', async () => {
    const fake = new FakeSignOn();
    const tokens = fake.tokens();

    await tokens.tokenFor(POOL, SIGNAL);
    await tokens.tokenFor({ resource: 'https://director.contoso.com' }, SIGNAL);
    await tokens.tokenFor(POOL, SIGNAL);

    assert.deepEqual(
      fake.asked.map(({ not }) => not),
      [undefined, undefined, 'token-1'],
    );
  });

  it('let go of a sign-on that is not good enough', async () => {
    const fake = new FakeSignOn();
    fake.failure = new SignInNeeded('interactive');

    await assert.rejects(fake.tokens().tokenFor(POOL, SIGNAL), fake.failure);

    assert.deepEqual(fake.signedOut, ['anna']);
  });

  it('keep the sign-on when the person cannot help', async () => {
    const fake = new FakeSignOn();
    fake.failure = new MeetingProblem('signIn.notSetUp');

    await assert.rejects(fake.tokens().tokenFor(POOL, SIGNAL), fake.failure);

    assert.deepEqual(fake.signedOut, []);
  });
});
