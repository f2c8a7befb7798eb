import { inflateSync } from 'node:zlib';

/** A decoded picture: 8 bits each of red, green, blue and alpha per pixel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

const SIGNATURE = '89504e470d0a1a0a';
const CHANNELS_OF_COLOUR_TYPE: Readonly<Record<number, number>> = { 2: 3, 6: 4 };

/**
 * Decodes a PNG file with 8 bits per channel, true colour with or without alpha, not interlaced: what a browser saves.
 * Source: PNG specification, sections 5 (chunks) and 9 (filtering).
 */
export function decodePng(file: Buffer): Picture {
  if (file.subarray(0, 8).toString('hex') !== SIGNATURE) throw new RangeError('not a PNG file');
  const { width, height, channels, data } = readChunks(file);
  const rgba = new Uint8Array(width * height * 4).fill(255);
  const raw = unfilter(inflateSync(data), width * channels, channels);
  for (let pixel = 0; pixel < width * height; pixel += 1) {
    rgba.set(raw.subarray(pixel * channels, (pixel + 1) * channels), pixel * 4);
  }
  return { width, height, rgba };
}

function readChunks(file: Buffer): { width: number; height: number; channels: number; data: Buffer } {
  const header = file.subarray(16, 29);
  const channels = CHANNELS_OF_COLOUR_TYPE[header.readUInt8(9)];
  if (channels === undefined || header.readUInt8(8) !== 8 || header.readUInt8(12) !== 0) {
    throw new RangeError('only 8-bit true colour without interlacing is decoded');
  }
  const data: Buffer[] = [];
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    if (file.toString('latin1', at + 4, at + 8) === 'IDAT') data.push(file.subarray(at + 8, at + 8 + length));
    at += length + 12;
  }
  return { width: header.readUInt32BE(0), height: header.readUInt32BE(4), channels, data: Buffer.concat(data) };
}

function unfilter(filtered: Buffer, rowLength: number, step: number): Uint8Array {
  const rows = filtered.length / (rowLength + 1);
  const out = new Uint8Array(rows * rowLength);
  for (let row = 0; row < rows; row += 1) {
    const filter = filtered[row * (rowLength + 1)] ?? 0;
    for (let column = 0; column < rowLength; column += 1) {
      const at = row * rowLength + column;
      const left = column < step ? 0 : (out[at - step] ?? 0);
      const up = row === 0 ? 0 : (out[at - rowLength] ?? 0);
      const corner = row === 0 || column < step ? 0 : (out[at - rowLength - step] ?? 0);
      out[at] = (filtered[row * (rowLength + 1) + 1 + column] ?? 0) + predict(filter, { left, up, corner });
    }
  }
  return out;
}

function predict(filter: number, { left, up, corner }: { left: number; up: number; corner: number }): number {
  if (filter === 4) return paeth(left, up, corner);
  return [0, left, up, (left + up) >> 1][filter] ?? 0;
}

function paeth(left: number, up: number, corner: number): number {
  const estimate = left + up - corner;
  const [toLeft, toUp, toCorner] = [left, up, corner].map((value) => Math.abs(estimate - value)) as [
    number,
    number,
    number,
  ];
  if (toLeft <= toUp && toLeft <= toCorner) return left;
  return toUp <= toCorner ? up : corner;
}
