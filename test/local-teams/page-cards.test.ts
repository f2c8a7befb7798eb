import assert from 'node:assert/strict';

import { type Page } from 'playwright-core';

import { adaptive, detailsCard } from './support/cards';
import { TeamsPage } from './support/teams-page';

describe('cards on the chat page', function () {
  this.timeout(20_000);
  let teams: TeamsPage;
  let page: Page;

  before(async () => {
    teams = await TeamsPage.launch();
  });

  beforeEach(async () => {
    page = await teams.open();
  });

  afterEach(async () => {
    await teams.close();
  });

  after(async () => {
    await teams.quit();
  });

  const button = async (name: string): Promise<void> => {
    await page.getByRole('button', { name, exact: true }).click();
  };

  it('say what is missing before anything is sent', async () => {
    await teams.write('form');
    await button('Save');

    await teams.see('A meeting needs a subject.');
    assert.deepEqual(teams.bot.ofType('invoke'), []);
  });

  it('show a sign-in with its words and its button, and leave out a link that is none', async () => {
    const contentType = 'application/vnd.microsoft.card.oauth';
    const buttons = [
      { type: 'signin', title: 'Sign in', value: 'https://token.contoso.com/signin' },
      { type: 'signin', title: 'Evil', value: 'javascript:alert(1)' },
    ];
    const attachments = [
      { contentType, content: { text: 'Please *sign in*.', connectionName: 'confer', buttons } },
      { contentType, content: null },
    ];
    teams.bot.behave(async (activity, bot) => {
      if (activity.type === 'message') await bot.say(activity, { attachments });
      return undefined;
    });

    await teams.write('list');

    await teams.see('Please *sign in*.');
    await page
      .getByRole('link', { name: 'Sign in', exact: true })
      .or(page.getByRole('button', { name: 'Sign in', exact: true }))
      .waitFor();
    assert.equal(await page.getByText('Evil').count(), 0);
    assert.equal(await page.getByText('Please sign in.').count(), 1);
  });

  it('are replaced in place by the answer to Action.Execute', async () => {
    await teams.write('form');
    await page.getByLabel('Subject').fill('Budget *review*');
    await page.getByLabel('Who waits in the lobby').selectOption({ label: 'Nobody' });
    await page.getByLabel('A day before').check();
    await button('Save');

    await page.getByTestId('card').getByText('Organizer').waitFor();
    assert.equal(await page.getByTestId('card').count(), 1);
    assert.equal(await page.evaluate('document.activeElement.closest("[data-testid=card]") !== null'), true);
    const [invoke] = teams.bot.ofType('invoke');
    const { action } = invoke?.value as { action: { verb: string; title: string; data: Record<string, unknown> } };
    assert.equal(action.verb, 'save');
    assert.equal(action.title, 'Save');
    assert.deepEqual(action.data, {
      from: 'form',
      subject: 'Budget *review*',
      day: '2026-12-01',
      time: '15:00',
      people: '5',
      lobby: 'nobody',
      presenters: 'me',
      days: '1d',
      announce: 'true',
    });
  });

  it('change for the person who clicked, and for everybody when the bot updates the message', async () => {
    await page.getByTestId('chat-item-budget').click();
    await teams.write('@Confer form');
    const other = await teams.openWindow('?as=lukas#budget');
    const [annas, lukass] = [page.getByTestId('card'), other.getByTestId('card')];
    await lukass.getByLabel('Subject').fill('typed by Lukas');
    await annas.getByLabel('Subject').fill('For Anna');
    await button('Save');
    await annas.getByText('For Anna').waitFor();
    await teams.write('comes after the click');
    await other.getByTestId('conversation').getByText('comes after the click').waitFor();
    assert.equal(await lukass.getByLabel('Subject').inputValue(), 'typed by Lukas');

    await other.reload();
    await page.reload();
    await lukass.getByLabel('Subject').fill('For Lukas');
    await lukass.getByRole('button', { name: 'Save' }).click();
    await lukass.getByText('For Lukas').waitFor();
    await annas.getByText('For Anna').waitFor();

    const [invoke] = teams.bot.ofType('invoke');
    assert.ok(invoke);
    const { id } = invoke.conversation;
    const path = `conversations/${encodeURIComponent(id)}/activities/${String(invoke.replyToId)}`;
    await teams.bot.connector(invoke, `PUT ${path}`, { type: 'message', ...adaptive(detailsCard('For everybody')) });
    for (const card of [annas, lukass]) {
      await card.getByText('For everybody').waitFor();
      assert.equal(await card.count(), 1);
    }
  });

  it('follow the person who speaks', async () => {
    await page.getByTestId('chat-item-budget').click();
    await teams.write('@Confer form');
    await page.getByLabel('Subject').fill('For Anna');
    await button('Save');
    await teams.see('For Anna');

    await teams.speakAs('lukas');
    await page.getByLabel('Subject').waitFor();
    assert.equal(await page.getByTestId('card').getByText('For Anna').count(), 0);

    await teams.speakAs('anna');
    await teams.see('For Anna');
    await button('Note');
    await teams.see('Noted.');
    const [save, note] = teams.bot.ofType('invoke');
    assert.equal(note?.replyToId, save?.replyToId);
  });

  it('cannot be clicked twice while the bot thinks', async () => {
    await teams.write('form');
    await page.getByTestId('card').waitFor();
    let answer: () => void = () => undefined;
    teams.bot.behave(
      async () =>
        new Promise((resolve) => {
          const body = { statusCode: 200, type: 'application/vnd.microsoft.activity.message', value: 'Done at last.' };
          answer = () => {
            resolve({ status: 200, body });
          };
        }),
    );
    await button('Note');
    await teams.bot.waitFor(({ type }) => type === 'invoke');
    await page.getByRole('button', { name: 'Break' }).dispatchEvent('click');
    assert.equal(await page.getByTestId('card').getAttribute('aria-busy'), 'true');
    answer();

    await teams.see('Done at last.');
    assert.equal(teams.bot.ofType('invoke').length, 1);
    assert.equal(await page.getByTestId('card').getAttribute('aria-busy'), null);
  });

  it('show a message or an error of the bot and stay as they are', async () => {
    await teams.write('form');
    await page.getByLabel('Subject').fill('kept');
    await button('Note');
    await teams.see('Noted.');
    await button('Break');

    await teams.see('Something went wrong. It broke.');
    assert.equal(await page.getByLabel('Subject').inputValue(), 'kept');
  });

  it('send Action.Submit with data and inputs', async () => {
    await teams.write('form');
    await page.getByLabel('Subject').fill('Budget');
    await button('Submit');

    const click = await teams.bot.waitFor(({ type, value }) => type === 'message' && value !== undefined);
    assert.equal((click.value as { kind: string; subject: string }).kind, 'submit');
    assert.equal((click.value as { kind: string; subject: string }).subject, 'Budget');
    assert.ok(click.replyToId !== undefined);
  });

  it('open and close a card within, and show what is hidden', async () => {
    await teams.write('details');
    await button('People');
    await teams.see('Anna, Lukas and Petra are invited.');
    await button('Comment');
    await page.getByLabel('Comment', { exact: true }).last().fill('Well done');
    await button('Send comment');

    const click = await teams.bot.waitFor(({ value }) => value !== undefined);
    assert.deepEqual(click.value, { kind: 'comment', comment: 'Well done' });
  });

  it('show days and times where the reader is', async () => {
    await page.getByTestId('chat-item-budget').click();
    await teams.write('@Confer details');
    await teams.see('Tue, 1 Dec 2026 at 15:00');

    await teams.speakAs('lukas');

    await teams.see('Tue, Dec 1, 2026 at 9:00 AM');
  });

  it('open web pages in a new tab and nothing else', async () => {
    const asked = await teams.bot.waitFor(({ type }) => type === 'installationUpdate');
    const openUrl = (title: string, url: string): unknown => ({ type: 'Action.OpenUrl', title, url });
    const actions = [openUrl('Join', `${teams.chat.teams.url}icon`), openUrl('Trap', 'javascript:window.hit=1')];
    const content = { type: 'AdaptiveCard', version: '1.5', body: [], actions };
    const card = { contentType: 'application/vnd.microsoft.card.adaptive', content };
    await teams.bot.say(asked, { attachments: [card] });

    const [opened] = await Promise.all([
      page.context().waitForEvent('page'),
      page.getByRole('link', { name: 'Join' }).click(),
    ]);
    await page.getByRole('link', { name: 'Trap' }).click();

    await teams.see('This link does not lead to a web page');
    assert.match(opened.url(), /\/icon$|about:blank/);
    assert.equal(await page.evaluate('window.hit'), undefined);
  });

  it('keep what was typed while other messages come', async () => {
    await teams.write('form');
    await page.getByLabel('Subject').fill('half a sen');
    const asked = await teams.bot.waitFor(({ text }) => text === 'form');
    await teams.bot.say(asked, { text: 'meanwhile' });

    await teams.see('meanwhile');
    assert.equal(await page.getByLabel('Subject').inputValue(), 'half a sen');
    assert.equal(await page.evaluate('document.activeElement?.tagName'), 'INPUT');
  });

  it('fall back to their text when they make no sense', async () => {
    const asked = await teams.bot.waitFor(({ type }) => type === 'installationUpdate');
    const content = { type: 'Nonsense', fallbackText: 'A card from the future' };
    await teams.bot.say(asked, { attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', content }] });

    await teams.see('A card from the future');
  });
});
