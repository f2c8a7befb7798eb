import { randomInt } from 'node:crypto';

/** No 0/O, 1/I/L: a reference is read out on the phone. */
const ALPHABET = '23456789ABCDEFGHJKMNPQRSTUVWXYZ';

/** Makes the reference number of one turn, e.g. `7K3M-Q2XP`: shown to the person, written to every log line of the turn. */
export function newReference(): string {
  const letters = Array.from({ length: 8 }, () => ALPHABET[randomInt(ALPHABET.length)] ?? '2').join('');
  return `${letters.slice(0, 4)}-${letters.slice(4)}`;
}
