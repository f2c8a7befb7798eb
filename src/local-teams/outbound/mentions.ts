import { type Bot, type Mention, type Person } from '../world/model';

/**
 * Turns `@Name` and `<at>Name</at>` of the bot or a member into mentions, as the composer of Teams does when a name is
 * picked. Returns the text as it goes over the wire, with `<at>Name</at>`.
 */
export function resolveMentions(text: string, who: readonly (Bot | Person)[]): { text: string; mentions: Mention[] } {
  // Longest first, so that "@Anna Berg" is not read as "@Anna".
  const names = [...who].sort((a, b) => b.name.length - a.name.length);
  const pattern = new RegExp(
    names.map(({ name }) => `<at>${escapeRegExp(name)}</at>|(?<![\\w@])@${escapeRegExp(name)}(?!\\w)`).join('|'),
    'giu',
  );
  const mentions: Mention[] = [];
  const resolved = text.replaceAll(pattern, (written) => {
    const name = written.replaceAll(/^@|<\/?at>/gi, '').toLowerCase();
    const mentioned = names.find((candidate) => candidate.name.toLowerCase() === name);
    if (mentioned === undefined) return written;
    const tag = `<at>${mentioned.name}</at>`;
    mentions.push({ id: mentioned.id, name: mentioned.name, text: tag });
    return tag;
  });
  return { text: resolved, mentions };
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
