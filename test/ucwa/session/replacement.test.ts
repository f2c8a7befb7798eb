import assert from 'node:assert/strict';

import { UcwaUnknownOutcomeError } from '../../../src/ucwa';
import { anySignal, html, type Pool, type Reply, wireMeeting, withAccountIn } from '../support/pool';

const id = '7QX2MZ4K';

/** What the second PUT gets, after the answer to the first was lost. */
const answers: readonly (readonly [string, Reply])[] = [
  ['412', { status: 412, json: { code: 'PreconditionFailed' } }],
  ['a page', { ...html, status: 200 }],
  ['a refusal', { status: 400, json: { code: 'BadRequest' } }],
];

/** From now on the meeting reads like this. */
function hold(pool: Pool, changes: Record<string, unknown> = {}): void {
  const meeting = wireMeeting(pool, changes);
  pool.on(`GET ${pool.app}/my`, { json: { rel: 'myOnlineMeetings', _embedded: { myOnlineMeeting: [meeting] } } });
  pool.on(`GET ${pool.app}/my/${id}`, { headers: { etag: '"4"' }, json: meeting });
}

for (const format of ['json', 'xml'] as const) {
  const withAccount = withAccountIn(format);

  describe(`A PUT whose answer was lost, in ${format}`, () => {
    for (const [what, answer] of answers) {
      it(`counts as done after ${what} when the changes are there`, async () => {
        await withAccount(async (pool, account) => {
          hold(pool);
          const current = await account.meetings.get(id, anySignal());
          pool.once(`PUT ${pool.app}/my/${id}`, { cut: true }, answer);
          hold(pool, { subject: 'x', description: 'One\nTwo' });

          const changes = { subject: 'x', description: 'One\r\nTwo' };
          const updated = await account.meetings.update(current, changes, anySignal());

          assert.equal(updated.subject, 'x');
        });
      });

      it(`fails with ${what} when the changes are not there`, async () => {
        await withAccount(async (pool, account) => {
          hold(pool);
          const current = await account.meetings.get(id, anySignal());
          pool.once(`PUT ${pool.app}/my/${id}`, { cut: true }, answer);

          await assert.rejects(
            account.meetings.update(current, { subject: 'x' }, anySignal()),
            (error: unknown) => !(error instanceof UcwaUnknownOutcomeError),
          );
        });
      });

      it(`leaves open what became of it after ${what} when nothing can be read`, async () => {
        await withAccount(async (pool, account) => {
          hold(pool);
          const current = await account.meetings.get(id, anySignal());
          pool.once(`PUT ${pool.app}/my/${id}`, { cut: true }, answer);
          pool.on(`GET ${pool.app}/my/${id}`, html);

          await assert.rejects(
            account.meetings.update(current, { subject: 'x' }, anySignal()),
            UcwaUnknownOutcomeError,
          );
        });
      });
    }
  });
}
