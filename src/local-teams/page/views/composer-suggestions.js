/** @typedef {import('./suggestions.js').Suggestion} Suggestion */

/**
 * What to offer for the text before the cursor: names after `@`, commands after a leading `/`.
 *
 * @param {string} before
 * @param {{ world: import('../types.js').World, people: readonly import('../types.js').Person[] }} context
 * @returns {{ typed: string, suggestions: Suggestion[] }}
 */
export function suggestionsFor(before, { world, people }) {
  const mention = /(?:^|\s)@([\p{L}\p{N} ]{0,30})$/u.exec(before)?.[1];
  if (mention !== undefined) {
    return { typed: `@${mention}`, suggestions: namesLike(mention.toLowerCase(), world, people) };
  }
  const command = /^\/([\p{L}]*)$/u.exec(before)?.[1];
  if (command === undefined) return { typed: '', suggestions: [] };
  const suggestions = world.commands
    .filter(({ title }) => title.toLowerCase().startsWith(command.toLowerCase()))
    .map(({ title, description }) => ({ insert: `${title} `, title, detail: description }));
  return { typed: `/${command}`, suggestions };
}

/**
 * @param {string} start
 * @param {import('../types.js').World} world
 * @param {readonly import('../types.js').Person[]} people
 * @returns {Suggestion[]}
 */
function namesLike(start, { bot }, people) {
  /** @type {Suggestion[]} */
  const everybody = [
    { insert: `@${bot.name} `, title: bot.name, detail: 'Bot', shape: 'bot' },
    ...people.map(({ name, jobTitle }) => ({
      insert: `@${name} `,
      title: name,
      detail: jobTitle,
      shape: /** @type {const} */ ('person'),
    })),
  ];
  // A finished name is a mention already; offering it again would swallow the Enter that sends.
  return everybody.filter(({ title }) =>
    title.split(' ').some((_, index, words) => {
      const rest = words.slice(index).join(' ').toLowerCase();
      return rest.startsWith(start) && rest !== start;
    }),
  );
}
