import { buffer } from 'node:stream/consumers';

import { ZipFile } from 'yazl';

/** A file of an archive. */
export interface ArchiveFile {
  readonly name: string;
  readonly content: Buffer;
}

/**
 * Packs files into a zip archive, in the order given. The same files give the same bytes on every machine: the time is
 * fixed and written as local time, and nothing is compressed, because that differs between versions of zlib (the
 * package is icons that are compressed already and a few kilobytes of text).
 */
export async function zipOf(files: readonly ArchiveFile[]): Promise<Buffer> {
  const zip = new ZipFile();
  const options = { mtime: new Date(2020, 0, 1), mode: 0o100644, compress: false, forceDosTimestamp: true };
  for (const { name, content } of files) zip.addBuffer(content, name, options);
  zip.end();
  return buffer(zip.outputStream);
}
