import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { decodePng, type Picture } from './png';

const folder = join(__dirname, '..', '..', 'manifest');

async function icon(name: string): Promise<Picture> {
  return decodePng(await readFile(join(folder, `${name}.png`)));
}

/** The pixels of a picture as [red, green, blue, alpha]. */
function pixelsOf({ rgba }: Picture): number[][] {
  return Array.from({ length: rgba.length / 4 }, (_, pixel) => [...rgba.subarray(pixel * 4, pixel * 4 + 4)]);
}

describe('icons of the Teams app', () => {
  it('have a colour icon of 192 by 192 pixels that covers the whole square', async () => {
    const picture = await icon('color');

    assert.deepEqual([picture.width, picture.height], [192, 192]);
    assert.ok(pixelsOf(picture).every(([, , , alpha]) => alpha === 255));
  });

  it('keep the mark of the colour icon inside the middle 120 pixels that Teams never cuts off', async () => {
    const picture = await icon('color');
    const bright = pixelsOf(picture).map(([, green = 0]) => green > 160);
    const outside = bright.filter((isMark, pixel) => {
      const [x, y] = [pixel % 192, Math.floor(pixel / 192)];
      return isMark && (x < 36 || x >= 156 || y < 36 || y >= 156);
    });

    assert.ok(bright.filter(Boolean).length > 2_000, 'the mark is there');
    assert.equal(outside.length, 0);
  });

  it('have an outline icon of 32 by 32 pixels, white on nothing', async () => {
    const picture = await icon('outline');
    const pixels = pixelsOf(picture);
    const visible = pixels.filter(([, , , alpha]) => alpha !== 0);

    assert.deepEqual([picture.width, picture.height], [32, 32]);
    assert.ok(visible.length > 100 && visible.length < pixels.length / 2, `${String(visible.length)} visible pixels`);
    assert.ok(visible.every(([red, green, blue]) => red === 255 && green === 255 && blue === 255));
    assert.ok(visible.some(([, , , alpha]) => alpha === 255));
  });
});
