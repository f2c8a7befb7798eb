import { cancelCommand } from './cancel';
import { coOwnerCommand } from './co-owner';
import type { Command, CommandSummary } from './command';
import { editCommand } from './edit';
import { helpCommand } from './help';
import { joinCommand } from './join';
import { listCommand } from './list';
import { newCommand } from './new';
import { remindCommand } from './remind';
import { showCommand } from './show';
import { startCommand } from './start';
import { transferCommand } from './transfer';

/** Every chat command, in help order. One line per folder; test/house/commands.test.ts checks the two agree. */
export const commands: readonly Command[] = [
  startCommand,
  newCommand,
  joinCommand,
  listCommand,
  showCommand,
  editCommand,
  cancelCommand,
  transferCommand,
  coOwnerCommand,
  remindCommand,
  helpCommand,
];

/** What help, suggestions and the Teams command menu say about every command, in the reader's language. */
export function summaries(locale: string): CommandSummary[] {
  return commands.map(({ name, aliases, summary }) => ({ name, aliases, ...summary(locale) }));
}

export { changeLine, type ToldChange } from './change-line';
export type {
  Action,
  ActionData,
  CardReply,
  Command,
  CommandContext,
  CommandSummary,
  Mention,
  People,
  Place,
  Reader,
  Reply,
  TextReply,
} from './command';
export { card, text } from './command';
export { didYouMeanReply, welcomeReply } from './help';
export { cancelledReply, meetingReply, recordReply } from './meeting-replies';
export { reminderReply } from './reminder-replies';
export { settingWords, valueWords } from './setting-words';
