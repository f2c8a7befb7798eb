import { chooseMeetingCard } from './choose-meeting';
import { confirmCancelCard } from './confirm-cancel';
import { didYouMeanCard } from './did-you-mean';
import { editConflictCard } from './edit-conflict';
import { helpCard } from './help';
import { meetingCancelledCard } from './meeting-cancelled';
import { meetingDetailsCard } from './meeting-details';
import { meetingFormCard } from './meeting-form';
import { meetingListCard } from './meeting-list';
import { reminderCard } from './reminder';
import { tryingCard } from './trying';
import { underWayCard } from './under-way';

/** Every card, one line per template; test/house/cards.test.ts checks this list against cards/*.json. */
export const cards = [
  chooseMeetingCard,
  confirmCancelCard,
  didYouMeanCard,
  editConflictCard,
  helpCard,
  meetingCancelledCard,
  meetingDetailsCard,
  meetingFormCard,
  meetingListCard,
  reminderCard,
  tryingCard,
  underWayCard,
] as const;

export type { Card, CardJson } from './card';
export { chooseMeetingCard, type ChooseMeetingView } from './choose-meeting';
export { confirmCancelCard, type ConfirmCancelView } from './confirm-cancel';
export { didYouMeanCard, type DidYouMeanView } from './did-you-mean';
export { editConflictCard, type EditConflictView } from './edit-conflict';
export { helpCard, type HelpView } from './help';
export { meetingCancelledCard, type MeetingCancelledView } from './meeting-cancelled';
export { meetingDetailsCard, type MeetingDetailsView } from './meeting-details';
export { type Choice, meetingFormCard, type MeetingFormView } from './meeting-form';
export { meetingListCard, type MeetingListView } from './meeting-list';
export { reminderCard, type ReminderView } from './reminder';
export { plain, plainLine } from './text';
export { tryingCard, type TryingView } from './trying';
export { underWayCard, type UnderWayView } from './under-way';
