import { BotHarness } from './bot-harness';
import { ANNA, BOT, LUKAS, PETRA, type Posted } from './chat';

const PEOPLE = [ANNA, LUKAS, PETRA];

/** What Teams says of the people of the tests. */
export const MEMBERS = new Map<string, object>(
  PEOPLE.flatMap(({ id, aadObjectId, name }) => {
    const userPrincipalName = `${name.split(' ')[0]?.toLowerCase() ?? ''}@contoso.com`;
    const member = { id, aadObjectId, name, userPrincipalName };
    return [id, userPrincipalName].map((key) => [key, member] as const);
  }),
);

/** Where everybody is. */
export const GROUP = { place: 'groupChat' } as const;

/** Words with `@Lukas Hoff` in them, as Teams delivers what was picked from its list. */
export function saying(words: string): Readonly<Record<string, unknown>> {
  const mentioned = PEOPLE.filter(({ name }) => words.includes(`@${name}`));
  const text = PEOPLE.reduce((rest, { name }) => rest.replace(`@${name}`, `<at>${name}</at>`), words);
  const entities = [BOT, ...mentioned].map(({ id, name }) => {
    return { type: 'mention', mentioned: { id, name }, text: `<at>${name}</at>` };
  });
  return { text: `<at>Confer</at> ${text}`, entities };
}

/** Says it in the group chat. */
export async function say(bot: BotHarness, words: string, as = ANNA): Promise<Posted> {
  return bot.ask('', { ...GROUP, as, raw: saying(words) });
}

/** A bot that Petra looks after, with a meeting that Anna asked for. */
export async function withMeeting(): Promise<BotHarness> {
  const bot = new BotHarness({
    members: MEMBERS,
    ownership: { administrators: [PETRA.aadObjectId], directoryOnly: true },
  });
  await bot.ask('new Retro', { ...GROUP, as: ANNA });
  return bot;
}
