/**
 * Draws manifest/color.png and manifest/outline.png from the SVG files in manifest/icons. Run it after a change of
 * those: `npx tsx scripts/draw-icons.ts`. The PNG files are committed, so packaging needs no browser.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { type Browser } from 'playwright-core';

import { launchBrowser } from '../test/support/browser';

const folder = join(__dirname, '..', 'manifest');

/** The icons and their width and height in pixels, as Teams wants them. */
const ICONS = [
  { name: 'color', size: 192 },
  { name: 'outline', size: 32 },
] as const;

async function draw(browser: Browser, { name, size }: (typeof ICONS)[number]): Promise<void> {
  const svg = await readFile(join(folder, 'icons', `${name}.svg`), 'utf8');
  const page = await browser.newPage({ viewport: { width: size, height: size }, deviceScaleFactor: 1 });
  await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${svg}`);
  await page.screenshot({ path: join(folder, `${name}.png`), omitBackground: true });
  await page.close();
}

async function main(): Promise<void> {
  const browser = await launchBrowser();
  try {
    for (const icon of ICONS) await draw(browser, icon);
  } finally {
    await browser.close();
  }
}

void main();
