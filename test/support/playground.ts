import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { type Browser, type Locator, type Page } from 'playwright-core';

/** A running Microsoft 365 Agents Playground. */
export interface Playground {
  /** The address of its page. */
  readonly url: string;
  /** Ends the process; resolves when it is gone. */
  stop(): Promise<void>;
}

/** The Playground ended instead of starting. */
export class PlaygroundStartError extends Error {
  readonly code = 'PlaygroundStart';
}

/**
 * Starts the Microsoft 365 Agents Playground, a Teams-like client that is not ours, against a bot.
 *
 * It is a dev dependency for evaluation and never shipped. It has no setting for the address it listens on and takes
 * every interface of the machine, without any authentication: start it in tests only, and stop it.
 *
 * @param botEndpoint - the address it posts activities to, e.g. `http://127.0.0.1:3978/api/messages`.
 * @throws PlaygroundStartError when it ends before it listens.
 */
export async function startPlayground(botEndpoint: string): Promise<Playground> {
  const port = String(await freePort());
  const home = await mkdtemp(join(tmpdir(), 'confer-playground-'));
  const program = join(dirname(require.resolve('@microsoft/m365agentsplayground/package.json')), 'cli.js');
  const serviceUrl = `http://127.0.0.1:${port}/_connector`;
  const child = spawn(
    process.execPath,
    [program, 'start', '-e', botEndpoint, '-c', 'msteams', '-p', port, '--service-url', serviceUrl, '--dt'],
    // Its own folder, because it reads a configuration file from the working folder. The variable and --dt keep it from
    // calling telemetry services.
    {
      cwd: home,
      env: { ...process.env, NODE_OPTIONS: '', APPLICATION_INSIGHTS_NO_STATSBEAT: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  // Not even a crash of the tests may leave it running.
  const kill = (): void => void child.kill('SIGKILL');
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.off('exit', kill);
    await ended(child);
    await rm(home, { recursive: true, force: true });
  };
  try {
    await listening(child, port);
  } catch (error) {
    await stop();
    throw error;
  }
  return { url: `http://127.0.0.1:${port}/`, stop };
}

/** The conversations of the Playground that {@link PlaygroundChat} can speak in. */
export type PlaygroundConversation = 'Personal Chat' | 'Group Chat';

/** The page of the Playground, used as a person uses it. */
export class PlaygroundChat {
  readonly page: Page;

  private constructor(page: Page) {
    this.page = page;
  }

  /** Opens the page in a browser, without the fonts it would load from the internet. The caller closes the browser. */
  static async open(browser: Browser, playground: Playground): Promise<PlaygroundChat> {
    const page = await browser.newPage({ viewport: { width: 1280, height: 900 } });
    const { origin } = new URL(playground.url);
    await page.route(
      (url) => url.origin !== origin,
      async (route) => route.abort(),
    );
    await page.goto(playground.url, { waitUntil: 'domcontentloaded' });
    // Its log repeats every message, which would then be on the page twice.
    await page.getByRole('button', { name: 'Hide log panel' }).click();
    return new PlaygroundChat(page);
  }

  /** Goes to a conversation. On the first visit the Playground tells the bot that it was added. */
  async goTo(conversation: PlaygroundConversation): Promise<void> {
    await this.page.getByRole('treeitem', { name: conversation }).click();
  }

  /** Types a message and sends it; in group chats `mention` picks the bot from the list first. */
  async say(text: string, { mention = false }: { mention?: boolean } = {}): Promise<void> {
    await this.page.getByRole('textbox').last().click();
    if (mention) {
      await this.page.keyboard.type('@');
      await this.page.getByRole('menuitem').first().click();
      await this.page.keyboard.type(' ');
    }
    await this.page.keyboard.type(text);
    await this.page.getByRole('button', { name: 'Send Message' }).click();
  }

  /** The newest message in words that holds a text. Waits until there is one, and gives back all of its paragraph. */
  async hear(text: string | RegExp): Promise<string> {
    const paragraph = this.page.getByRole('paragraph').filter({ hasText: text }).last();
    await paragraph.waitFor();
    return paragraph.innerText();
  }

  /** The newest card that holds a text. Waits until there is one. */
  async see(text: string | RegExp): Promise<Locator> {
    const card = this.page.locator('.ac-adaptiveCard').filter({ hasText: text }).last();
    await card.waitFor();
    return card;
  }

  /** Clicks the newest button of a card with that title. */
  async press(title: string): Promise<void> {
    await this.page.getByRole('button', { name: title, exact: true }).last().click();
  }
}

/** A port that was free a moment ago. The Playground takes no port 0. */
async function freePort(): Promise<number> {
  const server = createServer().listen(0);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Resolves when the Playground says that it listens on the port. Where that is taken it would take another one. */
async function listening(child: ChildProcess, port: string): Promise<void> {
  let output = '';
  await new Promise<void>((resolve, reject) => {
    const fail = (): void => {
      reject(new PlaygroundStartError(`The Agents Playground does not listen on port ${port}: ${output}`));
    };
    const read = (chunk: Buffer): void => {
      output += String(chunk);
      const taken = /Listening on (\d+)\s/.exec(output)?.[1];
      if (taken === port) resolve();
      else if (taken !== undefined) fail();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', reject);
    child.once('exit', fail);
  });
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGKILL');
  await exit;
}
