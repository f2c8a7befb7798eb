/** A command cannot be added. The message is one sentence that says why. */
export class NewCommandError extends Error {
  readonly code = 'NewCommand';
}

/** A file to write: its path from the root of the repository, and its text. */
export interface NewFile {
  readonly path: string;
  readonly text: string;
}

/** A command to be: the word people type and what help says about it. */
export interface CommandIdea {
  readonly name: string;
  readonly description: string;
}

const WORD = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
const IMPORT = /^import .* from '(\.\/[^']+)';$/;

/**
 * Reads what was typed after `npm run new:command --`.
 *
 * @throws NewCommandError when the word could not be typed in a chat, or when it stands alone.
 */
export function commandIdea([name = '', ...words]: readonly string[]): CommandIdea {
  const description = words.join(' ').replace(/\s+/g, ' ').trim();
  if (!WORD.test(name)) {
    throw new NewCommandError(`A command is a word of small letters like "remind", got "${name}".`);
  }
  if (description === '') {
    throw new NewCommandError(`Say what it does, as help will: npm run new:command -- ${name} "Remind the people".`);
  }
  return { name, description };
}

/** The files of a new command: it answers at once and has a test, so that the first change starts from green. */
export function commandFiles(idea: CommandIdea): readonly NewFile[] {
  const { name } = idea;
  return [
    { path: `src/commands/${name}/index.ts`, text: commandSource(idea) },
    { path: `test/commands/${name}.test.ts`, text: testSource(idea) },
  ];
}

/**
 * Adds a command to the registry: its import where the order of the imports wants it, and its line before `help`,
 * which stays last.
 *
 * @param registry - the text of src/commands/index.ts.
 * @throws NewCommandError when the command is there already or the registry has no list to add it to.
 */
export function registerCommand(registry: string, name: string): string {
  const lines = registry.split('\n');
  const path = `./${name}`;
  const imports = lines.flatMap((line, index) => {
    const from = IMPORT.exec(line)?.[1];
    return from === undefined ? [] : [{ index, from }];
  });
  if (imports.some(({ from }) => from === path)) {
    throw new NewCommandError(`There is a command "${name}" already: see src/commands/${name}.`);
  }
  const list = lines.findIndex((line) => line.startsWith('export const commands'));
  const end = lines.findIndex((line, index) => index > list && (line === '  helpCommand,' || line === '];'));
  if (list === -1 || end === -1) {
    throw new NewCommandError('src/commands/index.ts has no list "commands" with one command a line.');
  }
  lines.splice(end, 0, `  ${variableOf(name)},`);
  const before = imports.find(({ from }) => from.localeCompare(path) > 0)?.index ?? (imports.at(-1)?.index ?? -1) + 1;
  lines.splice(before, 0, `import { ${variableOf(name)} } from '${path}';`);
  return lines.join('\n');
}

function variableOf(name: string): string {
  return `${name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())}Command`;
}

/** A text as a string literal of the source, in the quotes that Prettier chooses. */
function literal(text: string): string {
  const escaped = text.replaceAll('\\', '\\\\');
  if (text.includes("'") && !text.includes('"')) return `"${escaped}"`;
  return `'${escaped.replaceAll("'", String.raw`\'`)}'`;
}

function commandSource({ name, description }: CommandIdea): string {
  return `import { defineTexts } from '../../shared/texts';
import { type Command, text } from '../command';

const texts = defineTexts({
  en: {
    usage: ${literal(name)},
    description: ${literal(description)},
    answer: ${literal(`I know the word "${name}" now. What it does is still to be written.`)},
  },
});

/** \`${name}\`: ${description.replaceAll('*/', '')}. */
export const ${variableOf(name)}: Command = {
  name: ${literal(name)},
  aliases: [],
  summary: (locale) => ({ usage: texts(locale).usage, description: texts(locale).description }),
  menus: ['personal', 'team', 'groupChat'],
  run: async (context) => Promise.resolve(text(texts(context.reader.locale).answer)),
};
`;
}

function testSource({ name }: CommandIdea): string {
  const variable = variableOf(name);
  return `import assert from 'node:assert/strict';

import type { CommandContext } from '../../src/commands';
import { ${variable} } from '../../src/commands/${name}';

describe('command "${name}"', () => {
  it('answers the person', async () => {
    const context = { reader: { zone: 'Europe/Berlin', locale: 'en' } } as CommandContext;

    const reply = await ${variable}.run(context, '');

    assert.equal(reply.kind, 'text');
    assert.match(reply.text, /${name}/);
  });
});
`;
}
