import type { Person } from '../../meetings/ports';

/** Writes co-owners as one text, the same for the same people in the same order; null for none. */
export function writeCoOwners(people: readonly Person[]): string | null {
  if (people.length === 0) return null;
  return JSON.stringify(people.map(({ id, name, address }) => ({ id, name, address })));
}

/** Reads back what {@link writeCoOwners} wrote. Nobody else writes there, so only its shape is asserted. */
export function readCoOwners(text: string): readonly Person[] {
  return JSON.parse(text) as readonly Person[];
}
