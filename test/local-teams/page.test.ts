import assert from 'node:assert/strict';

import { type Page } from 'playwright-core';

import { startLocalTeams } from '../../src/local-teams';

import { spokenText } from './support/small-bot';
import { TeamsPage } from './support/teams-page';

describe('the chat page', function () {
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

  it('opens the chat with the bot, shows its Markdown and what people write', async () => {
    await teams.see('Hi, I am a small bot.');
    assert.equal(await page.locator('.bubble strong', { hasText: 'Hi, I am a small bot.' }).count(), 1);

    await teams.write('hello there');

    await teams.see('You said: hello there');
    assert.equal(await page.locator('.row-mine .bubble').innerText(), 'hello there');
  });

  it('starts a new line with Shift+Enter and sends with the button', async () => {
    const box = page.getByTestId('composer');
    await box.fill('one');
    await box.press('Shift+Enter');
    await box.pressSequentially('two');
    await page.getByTestId('send').click();

    const activity = await teams.bot.waitFor(({ type }) => type === 'message');
    assert.equal(activity.text, 'one\ntwo');
    assert.equal(await box.inputValue(), '');
  });

  it('shows that the bot is typing until it has answered', async () => {
    await teams.see('Hi, I am a small bot.');
    await teams.write('wait');
    await page.getByTestId('typing').waitFor();

    const asked = await teams.bot.waitFor((activity) => spokenText(activity) === 'wait');
    await teams.bot.say(asked, { text: 'Here I am' });

    await teams.see('Here I am');
    await page.getByTestId('typing').waitFor({ state: 'detached' });
  });

  it('offers names after @, picked by keyboard or mouse, and only then tells the bot', async () => {
    await page.getByTestId('chat-item-budget').click();
    await teams.write('only for people');
    await page.getByTestId('composer').pressSequentially('@');
    await page.getByTestId('suggestion').first().waitFor();
    assert.deepEqual(await page.locator('[data-testid=suggestion] strong').allInnerTexts(), [
      'Confer',
      'Lukas Holm',
      'Petra Novák',
    ]);
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await page.keyboard.type('with @pet');
    await page.getByTestId('suggestion').filter({ hasText: 'Petra' }).click();
    await page.keyboard.press('Enter');

    await teams.see('You said: with');
    const texts = teams.bot.ofType('message').map(({ text }) => text);
    assert.deepEqual(texts, ['<at>Confer</at> with <at>Petra Novák</at>']);
  });

  it('takes a mention that was typed to its end without the list', async () => {
    await page.getByTestId('chat-item-budget').click();
    await page.getByTestId('composer').pressSequentially('@Confer hello');
    await page.keyboard.press('Enter');

    await teams.see('You said: hello');
  });

  it('offers commands after a leading slash', async () => {
    await page.getByTestId('composer').pressSequentially('/li');
    await page.getByTestId('suggestion').waitFor();
    await page.keyboard.press('Tab');

    assert.equal(await page.getByTestId('composer').inputValue(), 'list ');
  });

  it('keeps the answers of a channel in their thread', async () => {
    await page.getByTestId('chat-item-launch').click();
    await teams.write('@Confer first');
    await teams.see('You said: first');
    await teams.write('second topic');
    await teams.see('second topic');
    const [first, second] = await page.locator('.thread').all();
    assert.ok(first !== undefined && second !== undefined);

    await first.getByTestId('thread-reply').fill('@Confer more');
    await first.getByTestId('thread-reply').press('Enter');

    await first.getByText('You said: more').waitFor();
    assert.equal(await first.getByTestId('message').count(), 4);
    assert.equal(await second.getByTestId('message').count(), 1);
  });

  it('quotes the message that is replied to', async () => {
    await teams.see('Hi, I am a small bot.');
    await page.getByTestId('message').first().hover();
    await page.getByTestId('reply').first().click();
    await page.getByTestId('quote-draft').waitFor();
    await teams.write('what can you do?');

    await teams.see('You said: what can you do?');
    assert.match(
      await page.locator('.row-mine .quote').innerText(),
      /Confer\n\*\*Hi, I am a small bot|Confer\nHi, I am/,
    );
    assert.equal(await page.getByTestId('quote-draft').count(), 0);
  });

  it('changes messages in place and leaves a tombstone for deleted ones', async () => {
    await teams.write('edit');
    await teams.see('Second version');
    await teams.write('delete');
    await teams.see('This message has been deleted');

    assert.equal(await page.getByText('First version').count(), 0);
    assert.equal(await page.getByText('Soon gone').count(), 0);
    assert.equal(await page.locator('.row-edited').count(), 1);
  });

  it('speaks as somebody else and marks what they have not seen', async () => {
    await page.getByTestId('chat-item-budget').click();
    await teams.write('news for all');
    await page.getByTestId('persona').click();
    await page.getByTestId('persona-lukas').click();

    await teams.see('news for all');
    await teams.write('thanks');
    await page.getByTestId('chat-item-personal-lukas').click();
    await page.getByTestId('persona').click();
    await page.getByTestId('persona-anna').click();

    const item = page.getByTestId('chat-item-budget');
    await item.getByLabel('Unread').waitFor();
    await item.click();
    assert.equal(await item.getByLabel('Unread').count(), 0);
    assert.equal(await page.locator('.row-other', { hasText: 'thanks' }).count(), 1);
  });

  it('never runs what people or bots write', async () => {
    await teams.see('Hi, I am a small bot.');
    const asked = await teams.bot.waitFor(({ type }) => type === 'installationUpdate');
    const nasty = '<img src=x onerror="window.hit=1"> [click](javascript:window.hit=1)';
    await teams.bot.say(asked, { text: nasty, textFormat: 'markdown' });
    await teams.bot.say(asked, { text: `${nasty}<script>window.hit=1</script>end`, textFormat: 'xml' });
    await teams.write(nasty);
    await teams.see('end');

    assert.equal(await page.locator('.bubble img, .bubble script, .bubble a[href^=javascript]').count(), 0);
    assert.equal(await page.evaluate('window.hit'), undefined);
  });

  it('says when the bot did not get a message, and when the connection is lost', async () => {
    await teams.see('Hi, I am a small bot.');
    teams.bot.behave(async () => Promise.resolve({ status: 500 }));
    await teams.write('anybody?');
    await page.getByTestId('not-delivered').waitFor();
    assert.equal(await page.getByTestId('not-delivered').innerText(), 'The bot answered with status 500.');

    await teams.chat.teams.stop();
    await page.getByTestId('offline').waitFor();
    await teams.write('still there?');
    await page.getByText('Not sent. The local Teams is not running any more.').waitFor();
    assert.equal(await page.getByTestId('composer').inputValue(), 'still there?');
  });

  it('goes on when the server comes back', async () => {
    const { url } = teams.chat.teams;
    await teams.chat.teams.stop();
    await page.getByTestId('offline').waitFor();

    const again = await startLocalTeams({ botEndpoint: teams.bot.endpoint, port: Number(new URL(url).port) });
    await page.getByTestId('offline').waitFor({ state: 'hidden' });
    await teams.write('back again');

    await teams.see('You said: back again');
    await again.stop();
  });

  it('says when the bot cannot be reached, and tries again', async () => {
    teams.bot.behave(async () => Promise.resolve({ status: 503 }));
    await page.getByTestId('chat-item-budget').click();
    await page.getByTestId('bot-trouble').getByText('status 503').waitFor();

    teams.bot.behave(async () => Promise.resolve(undefined));
    await page.getByRole('button', { name: 'Try again' }).click();

    await page.getByTestId('bot-trouble').waitFor({ state: 'hidden' });
  });

  it('shows what does not fit from its top, and leads down to what came meanwhile', async () => {
    await page.setViewportSize({ width: 1280, height: 500 });
    await teams.write('form');
    const heading = page.getByRole('heading', { name: 'New meeting' });
    await heading.waitFor();
    const top = (await heading.boundingBox())?.y ?? 0;
    assert.ok(top > 100 && top < 250, `heading at ${String(top)}`);

    const asked = await teams.bot.waitFor(({ text }) => text === 'form');
    await teams.bot.say(asked, { text: 'below' });
    await page.getByRole('button', { name: 'New messages' }).click();

    await teams.see('below');
    await page.getByRole('button', { name: 'New messages' }).waitFor({ state: 'hidden' });
    const bottom = (await page.getByTestId('message').filter({ hasText: 'below' }).boundingBox())?.y ?? 0;
    assert.ok(bottom > 100 && bottom < 450, `message at ${String(bottom)}`);
  });

  it('follows the system theme until another one is chosen', async () => {
    const background = async (): Promise<unknown> => page.evaluate('getComputedStyle(document.body).backgroundColor');
    await page.emulateMedia({ colorScheme: 'dark' });
    const dark = await background();

    await page.getByTestId('theme').click();
    const chosen = await background();
    await page.reload();

    assert.equal(dark, 'rgb(15, 15, 15)');
    assert.notEqual(chosen, dark);
    assert.equal(await background(), chosen);
  });

  it('shows the list or the chat on a phone, with a way back', async () => {
    await page.setViewportSize({ width: 390, height: 800 });
    await page.getByTestId('conversation').waitFor();
    assert.equal(await page.getByTestId('chat-list').isVisible(), false);

    await page.getByTestId('back').click();
    await page.getByTestId('chat-item-launch').click();

    await teams.see('Welcome to Launch');
    const width = await page.evaluate('document.documentElement.scrollWidth');
    assert.equal(width, 390);
  });
});
