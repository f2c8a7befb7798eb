import { type Browser, type Page } from 'playwright-core';

import { launchBrowser } from '../../support/browser';

import { Chat } from './chat';
import { type SmallBot } from './small-bot';

/** A browser with the chat page of a fresh local Teams in front of the small bot. */
export class TeamsPage {
  readonly #browser: Browser;
  #chat: Chat | undefined;
  #page: Page | undefined;

  constructor(browser: Browser) {
    this.#browser = browser;
  }

  static async launch(): Promise<TeamsPage> {
    return new TeamsPage(await launchBrowser());
  }

  get chat(): Chat {
    if (this.#chat === undefined) throw new Error('open() comes first');
    return this.#chat;
  }

  get bot(): SmallBot {
    return this.chat.bot;
  }

  /** Starts everything anew and opens the page as Anna. */
  async open(): Promise<Page> {
    this.#chat = await Chat.start({ commands: [{ title: 'list', description: 'Your next meetings' }] });
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
    context.setDefaultTimeout(5000);
    this.#page = await context.newPage();
    await this.#page.goto(this.#chat.teams.url);
    await this.#page.getByTestId('composer').waitFor();
    return this.#page;
  }

  /** Types into the composer at the bottom and sends. */
  async write(text: string): Promise<void> {
    const box = this.#open.getByTestId('composer');
    await box.fill(text);
    await box.press('Enter');
  }

  /** Waits until the open conversation shows the text. */
  async see(text: string): Promise<void> {
    await this.#open.getByTestId('conversation').getByText(text).first().waitFor();
  }

  async close(): Promise<void> {
    await this.#page?.context().close();
    await this.#chat?.stop();
  }

  async quit(): Promise<void> {
    await this.#browser.close();
  }

  get #open(): Page {
    if (this.#page === undefined) throw new Error('open() comes first');
    return this.#page;
  }
}
