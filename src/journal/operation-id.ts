import { createHmac } from 'node:crypto';

/** Letters that are hard to take for each other, as in the references people read. */
const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

const idLength = 20;

/**
 * Identity of an operation: the first 100 bits of an HMAC over the parts, in Crockford's base 32. The same parts give the same
 * identity on every replica; without the key nobody can tell which parts.
 *
 * @param parts - `['message', conversationId, activityId]`, or what makes a click the same click.
 */
export function operationId(key: Buffer, parts: readonly string[]): string {
  const digest = createHmac('sha256', key).update(JSON.stringify(parts)).digest();
  let bits = BigInt(`0x${digest.subarray(0, 13).toString('hex')}`) >> 4n;
  let id = '';
  for (let place = 0; place < idLength; place += 1) {
    id = (alphabet[Number(bits & 31n)] ?? '') + id;
    bits >>= 5n;
  }
  return id;
}

/** The line that marks a meeting as the work of this operation: `ref 7K3M-Q2XP-…`, in groups of four. */
export function markerOf(id: string): string {
  return `ref ${id.replace(/(.{4})(?=.)/gu, '$1-')}`;
}
