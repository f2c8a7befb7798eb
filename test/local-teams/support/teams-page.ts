import { type Browser, type BrowserContext, type Page } from 'playwright-core';

import { launchBrowser } from '../../support/browser';

import { Chat } from './chat';
import { type SmallBot } from './small-bot';

/** A browser with the chat page of a fresh local Teams in front of the small bot. */
export class TeamsPage {
  readonly #browser: Browser;
  #contexts: BrowserContext[] = [];
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
    this.#page = await this.openWindow('');
    return this.#page;
  }

  /** Another window on the same chats; `address` is the rest of its address, as in `?as=lukas#budget`. */
  async openWindow(address: string): Promise<Page> {
    const context = await this.#browser.newContext({ viewport: { width: 1280, height: 860 }, colorScheme: 'light' });
    this.#contexts.push(context);
    context.setDefaultTimeout(5000);
    const page = await context.newPage();
    await page.goto(`${this.chat.teams.url}${address}`);
    await page.getByTestId('composer').waitFor();
    return page;
  }

  /** Types into the composer at the bottom and sends. */
  async write(text: string): Promise<void> {
    const box = this.#open.getByTestId('composer');
    await box.fill(text);
    await box.press('Enter');
  }

  /** Speaks as somebody else from now on. */
  async speakAs(person: string): Promise<void> {
    await this.#open.getByTestId('persona').click();
    await this.#open.getByTestId(`persona-${person}`).click();
  }

  /** Waits until the open conversation shows the text. */
  async see(text: string): Promise<void> {
    await this.#open.getByTestId('conversation').getByText(text).first().waitFor();
  }

  async close(): Promise<void> {
    await Promise.all(this.#contexts.map(async (context) => context.close()));
    this.#contexts = [];
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
