/**
 * Reads a zip archive of stored (not compressed) files and checks each file's checksum.
 * Source: PKWARE APPNOTE, sections 4.3.7, 4.3.12 and 4.3.16.
 */
export function unzipStored(archive: Buffer): Map<string, Buffer> {
  const end = archive.lastIndexOf(Buffer.from('PK\x05\x06', 'latin1'));
  const files = new Map<string, Buffer>();
  let at = archive.readUInt32LE(end + 16);
  for (let count = archive.readUInt16LE(end + 10); count > 0; count -= 1) {
    const nameLength = archive.readUInt16LE(at + 28);
    const name = archive.toString('utf8', at + 46, at + 46 + nameLength);
    files.set(name, storedContent(archive, at));
    at += 46 + nameLength + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return files;
}

function storedContent(archive: Buffer, entry: number): Buffer {
  if (archive.readUInt16LE(entry + 10) !== 0) throw new RangeError('only stored files are read');
  const local = archive.readUInt32LE(entry + 42);
  const start = local + 30 + archive.readUInt16LE(local + 26) + archive.readUInt16LE(local + 28);
  const content = archive.subarray(start, start + archive.readUInt32LE(entry + 24));
  if (crc32Of(content) !== archive.readUInt32LE(entry + 16)) throw new RangeError('a file does not fit its checksum');
  return content;
}

/** The checksum of zip archives (polynomial 0xEDB88320, reflected), as an unsigned number of 32 bits. */
function crc32Of(content: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of content) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ ((crc & 1) === 1 ? 0xedb88320 : 0);
  }
  return (crc ^ 0xffffffff) >>> 0;
}
