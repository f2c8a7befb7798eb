import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Browser } from 'playwright-core';

import { openStore, startConfer } from '../../src/compose';
import { loadConfig } from '../../src/config/config';
import { createJsonLogger } from '../../src/shared/json-logger';
import { startSimulator } from '../../src/simulator';
import { launchBrowser } from '../support/browser';
import { type Playground, PlaygroundChat, startPlayground } from '../support/playground';

const log = createJsonLogger({ level: 'error', now: () => new Date(), write: (line) => process.stderr.write(line) });

describe('Confer in the Agents Playground', function () {
  this.timeout(60_000);

  const endings: (() => Promise<unknown>)[] = [];
  let playground: Playground;
  let browser: Browser;

  before(async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'confer-data-'));
    endings.unshift(async () => rm(dataDir, { recursive: true, force: true }));
    const simulator = await startSimulator();
    endings.unshift(async () => simulator.stop());
    const config = loadConfig({ PORT: '0', DATA_DIR: dataDir, LOCAL_TEAMS: 'off' });
    const { rootUrl, sipDomain, demoAccount } = simulator;
    const server = { kind: 'root', rootUrl, sipDomain } as const;
    const store = await openStore(config, log);
    const confer = await startConfer({ ...config, server, account: demoAccount }, { log, store });
    endings.unshift(async () => confer.stop());
    playground = await startPlayground(`${confer.origin.replace(/:\d+$/, '')}:${String(confer.port)}/api/messages`);
    endings.unshift(async () => playground.stop());
    browser = await launchBrowser();
    endings.unshift(async () => browser.close());
  });

  after(async () => {
    for (const end of endings) await end();
  });

  it('welcomes a person and starts a meeting whose link leads to its page', async () => {
    const chat = await PlaygroundChat.open(browser, playground);

    await chat.see('Hello, I am Confer');
    await chat.say('start Budget review');
    const card = await chat.see('Your meeting is on');
    const link = await card.getByRole('link', { name: 'Join' }).first().getAttribute('href');

    assert.match(await card.innerText(), /Budget review/);
    assert.match(await (await fetch(link ?? '')).text(), /Budget review/);
  });

  it('plans, edits and cancels a meeting on cards that change in place', async () => {
    const chat = await PlaygroundChat.open(browser, playground);

    await chat.say('new Planning for May');
    await chat.see(/Your meeting is ready[^]*Planning for May/);
    await chat.say('edit last');
    const form = await chat.see('Edit the meeting');
    await form.getByLabel('Subject').fill('Planning for June');
    await chat.press('Save');
    await chat.see(/Saved[^]*Planning for June/);
    assert.equal(await chat.page.getByText('Edit the meeting').count(), 0);

    await chat.say('cancel last');
    await chat.see(/Cancel this meeting\?[^]*Planning for June/);
    await chat.press('Yes, cancel it');
    await chat.see(/Planning for June[^]*cancelled|cancelled[^]*Planning for June/i);
    await chat.say('list');
    const list = await chat.see(/\d+ meetings/);
    assert.doesNotMatch(await list.innerText(), /Planning for/);
  });

  it('asks what was meant and does what the button says, nothing before', async () => {
    const chat = await PlaygroundChat.open(browser, playground);

    await chat.say('lsit');
    await chat.see('Did you mean');
    await chat.press('list');
    await chat.see(/\d+ meetings/);
  });

  it('answers in a group chat when it is mentioned', async () => {
    const chat = await PlaygroundChat.open(browser, playground);

    await chat.goTo('Group Chat');
    await chat.see('Hello, I am Confer');
    await chat.say('start Stand-up', { mention: true });

    assert.match(await (await chat.see('Your meeting is on')).innerText(), /Stand-up/);
  });
});
