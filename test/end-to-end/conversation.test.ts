import assert from 'node:assert/strict';

import type { Browser } from 'playwright-core';

import { launchBrowser } from '../support/browser';
import { RunningConfer } from '../support/running-confer';
import { button, choose, fill, press, TeamsPage } from '../support/teams-page';

describe('a person in the local Teams', function () {
  this.timeout(60_000);

  let browser: Browser;
  let confer: RunningConfer;
  let teams: TeamsPage;

  before(async () => {
    [browser, confer] = await Promise.all([launchBrowser(), RunningConfer.start()]);
  });

  after(async () => {
    await browser.close();
    await RunningConfer.stopAll();
  });

  beforeEach(async () => {
    teams = await TeamsPage.open(browser, confer.page);
  });

  afterEach(async () => {
    await teams.close();
  });

  for (const [place, key] of [
    ['personal chat', 'personal-anna'],
    ['a group chat', 'budget'],
    ['a channel', 'launch'],
  ] as const) {
    describe(`in ${place}`, () => {
      const tell = async (words: string): Promise<void> =>
        key === 'personal-anna' ? teams.say(words) : teams.mention(words);

      beforeEach(async () => {
        await teams.openChat(key);
      });

      it('starts a meeting and gets its card with the join link', async () => {
        await tell(`start Stand-up in ${place}`);

        const card = await teams.answer(`Stand-up in ${place}`);
        await card.getByText('Your meeting is on').waitFor();
        const link = await card.getByText(/^http:\/\/127\.0\.0\.1:\d+\/meet\//u).textContent();
        const joinPage = await fetch(link ?? '');
        assert.equal(joinPage.status, 200);
        assert.match(await joinPage.text(), /Stand-up in/u);
      });

      it('plans a meeting, edits it in the form and sees the saved card in place', async () => {
        await tell(`new Offsite in ${place}`);
        const card = await teams.answer(`Offsite in ${place}`);
        const before = await teams.answers.count();

        await press(card, 'Edit');
        await fill(card, 'Subject', `Offsite of ${place}`);
        await fill(card, 'Invited', 'lukas.holm@contoso.com');
        await choose(card, 'Who comes straight in', 'Everyone with the link');
        await press(card, 'Save');

        await card.getByText(`Offsite of ${place}`).waitFor();
        await card.getByText('Everyone with the link comes straight in').waitFor();
        await card.getByText('lukas.holm@contoso.com').waitFor();
        assert.equal(await teams.answers.count(), before);
      });

      it('cancels a meeting after a question and leaves a tombstone', async () => {
        await tell(`new Doomed in ${place}`);
        await teams.answer(`Doomed in ${place}`);
        await tell(`cancel Doomed in ${place}`);
        const question = await teams.answer('Cancel this meeting?');

        await press(question, 'Yes, cancel it');

        await question.getByText('Cancelled', { exact: true }).waitFor();
        const cards = teams.answers.filter({ hasText: `Doomed in ${place}` });
        await cards.first().getByText('The join link no longer works.').waitFor();
        assert.equal(await button(cards, 'Join').count(), 0);
      });

      it('lists the meetings with their numbers', async () => {
        await tell('list');

        const list = await teams.answer(/\d+ meetings/u);
        await list.getByText('#1', { exact: true }).waitFor();
        await list.getByText('Budget sync').waitFor();
      });

      it('gets a question, never a meeting, for an unknown word', async () => {
        await tell('strat the engines');

        const question = await teams.answer('Did you mean "start the engines"?');
        await question.getByText('I have not done anything yet.').waitFor();
        assert.equal(
          await teams.answers.filter({ hasText: 'Your meeting is on' }).filter({ hasText: 'engines' }).count(),
          0,
        );
        await press(question, 'start the engines');
        await teams.answers
          .filter({ hasText: 'Your meeting is on' })
          .filter({ hasText: 'the engines' })
          .last()
          .waitFor();
      });
    });
  }

  it('joins a meeting of somebody else by its link', async () => {
    const link = await foreignJoinUrl(confer);
    await teams.openChat('personal-anna');

    await teams.say(`join ${link}`);

    const card = await teams.answer('This meeting is open');
    assert.equal(await card.getByText(link, { exact: true }).count(), 1);
    await button(card, 'Join').waitFor();
  });

  it('answers in the thread of the channel it was asked in', async () => {
    await teams.openChat('general');
    await teams.mention('start Thread test');
    await teams.answer('Thread test');
    const thread = teams.page.locator('[data-testid^=thread-]').filter({ hasText: 'Thread test' }).last();

    await teams.mention('show', thread.getByRole('textbox'));

    await thread.locator('[data-testid=message][data-from=bot]').nth(1).getByText('Thread test').waitFor();
  });
});

/** A meeting of Anna's own, which Confer did not make. */
async function foreignJoinUrl(confer: RunningConfer): Promise<string> {
  const state = JSON.stringify(await confer.control('GET', '/_sim/state'));
  const link = /http:\/\/127\.0\.0\.1:\d+\/meet\/anna[^"]+/u.exec(state)?.[0];
  assert.ok(link !== undefined, 'the company has no meeting of Anna');
  return link;
}
