const markedDescription = /^([\s\S]*?)(?:\r\n\r\n|\n\n|^)(ref (?:[0-9A-Z]{4}-){4}[0-9A-Z]{4})\s*$/u;

/** Takes the marker off the end of a description: people need not see it. */
export function splitDescription(description: string): { readonly words: string; readonly marker: string | undefined } {
  const [, words = '', marker] = markedDescription.exec(description) ?? [undefined, description];
  return { words, marker };
}

/** Puts a marker at the end of a description, as a paragraph of its own. */
export function joinDescription(words: string, marker: string | undefined): string {
  if (marker === undefined) return words;
  return words === '' ? marker : `${words}\n\n${marker}`;
}
