/** Most characters of a subject: the length UCWA documents for a conversation's subject. */
export const MAX_SUBJECT_LENGTH = 250;

/** Most characters of a description typed in the chat; longer ones written elsewhere are kept as they are. */
export const MAX_DESCRIPTION_LENGTH = 4000;

/** Most people one command or form may invite. */
export const MAX_PEOPLE = 500;

/** Most characters of one message Confer reads. Longer ones are answered, never half understood. */
export const MAX_MESSAGE_LENGTH = 28_000;

/** A server keeps a meeting at most ten years (myOnlineMeeting, `expirationTime`); five minutes allow for its clock. */
export const MAX_EXPIRY_MS = 10 * 365.25 * 24 * 60 * 60 * 1000 - 5 * 60 * 1000;
