import type { Browser, BrowserContext, Locator, Page } from 'playwright-core';

/** What a person does in the local Teams: reads, types, clicks. */
export class TeamsPage {
  readonly page: Page;
  readonly #context: BrowserContext;

  private constructor(page: Page, context: BrowserContext) {
    this.page = page;
    this.#context = context;
  }

  static async open(browser: Browser, url: string): Promise<TeamsPage> {
    const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto(url);
    await page.getByTestId('chat-list').waitFor();
    return new TeamsPage(page, context);
  }

  async close(): Promise<void> {
    await this.#context.close();
  }

  /** Opens a chat or channel by its key in the list. */
  async openChat(key: string): Promise<void> {
    await this.page.getByTestId(`chat-item-${key}`).click();
    await this.page.locator(`[data-testid=conversation][data-key="${key}"]`).waitFor();
  }

  /** Speaks as somebody else from now on. */
  async speakAs(person: string): Promise<void> {
    await this.page.getByTestId('persona').click();
    await this.page.getByTestId(`persona-${person}`).click();
  }

  /** Types words and sends them with Enter. */
  async say(words: string): Promise<void> {
    const composer = this.page.getByTestId('composer');
    await composer.click();
    await this.page.keyboard.type(words);
    await this.page.keyboard.press('Enter');
  }

  /** Mentions the bot with the pop-up of the composer, then types words and sends them. */
  async mention(words: string, composer = this.page.getByTestId('composer')): Promise<void> {
    await composer.click();
    await this.page.keyboard.type('@Conf');
    await this.page.getByTestId('suggestion').filter({ hasText: 'Confer' }).first().click();
    await this.page.keyboard.type(words);
    await this.page.keyboard.press('Enter');
  }

  /** Every message of the bot in the open conversation, oldest first. */
  get answers(): Locator {
    return this.page.locator('[data-testid=message][data-from=bot]');
  }

  /** The newest bot message that holds these words. */
  async answer(words: string | RegExp): Promise<Locator> {
    const found = this.answers.filter({ hasText: words }).last();
    await found.waitFor();
    // A card changes under the hands; the message it stands in stays.
    const row = found.locator('xpath=ancestor-or-self::*[starts-with(@data-testid, "message-")][1]');
    return this.page.getByTestId((await row.getAttribute('data-testid')) ?? '');
  }
}

/** The button of a card with this title; Adaptive Cards give buttons that open a page the role of a link. */
export function button(card: Locator, title: string): Locator {
  return card.locator('button').filter({ hasText: new RegExp(`^${title}$`, 'u') });
}

/** Presses the button with this title on a card. */
export async function press(card: Locator, title: string): Promise<void> {
  await button(card, title).click();
}

/** The field with this label; the label of a required one ends with an asterisk. */
export function field(card: Locator, label: string): Locator {
  return card.getByLabel(new RegExp(`^${label}(?:\\s*\\*)?$`, 'u'));
}

/** Fills the field with this label. */
export async function fill(card: Locator, label: string, value: string): Promise<void> {
  await field(card, label).fill(value);
}

/** Chooses from the drop-down with this label. */
export async function choose(card: Locator, label: string, option: string): Promise<void> {
  await field(card, label).selectOption({ label: option });
}
