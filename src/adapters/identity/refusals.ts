import { MeetingProblem, type ProblemCode, SignInNeeded, type SignInWay } from '../../meetings/errors';

import type { AuthorityAnswer } from './authority-watch';

/** What a refusal means: something the person can do, or a problem to be told. */
type Meaning = { readonly signIn: SignInWay } | { readonly problem: ProblemCode };

const AFRESH: Meaning = { signIn: 'afresh' };
const INTERACTIVE: Meaning = { signIn: 'interactive' };
const CONSENT: Meaning = { problem: 'signIn.consentNeeded' };
const NOT_SET_UP: Meaning = { problem: 'signIn.notSetUp' };
const REFUSED: Meaning = { problem: 'signIn.refused' };
const UNAVAILABLE: Meaning = { problem: 'signIn.unavailable' };

/** Error numbers, by what they mean here. Source: Entra, "Microsoft Entra authentication and authorization error codes". */
const BY_NUMBER = new Map<number, Meaning>(
  (
    [
      // Nobody has agreed that Confer acts for the person; somebody declined; only an administrator may agree.
      [CONSENT, [65001, 65004, 90094, 90095]],
      // The server is no registered resource, is switched off, or is not among the permissions of the app.
      [NOT_SET_UP, [500011, 500014, 50001, 650052, 650056, 650057, 70011]],
      // The app itself: unknown, wrong or expired secret or certificate, federation that does not fit, unknown directory.
      [NOT_SET_UP, [700016, 7000215, 7000216, 7000218, 7000222, 700024, 700027, 70021, 700211, 700212, 700213, 90002]],
      // The single sign-on token was made for another app.
      [NOT_SET_UP, [500131, 240002]],
      // It ended, or was taken back: a new one will do.
      [AFRESH, [50013, 500133, 50173, 70008, 700082, 50132, 50133]],
      // More proof: a second factor, its registration, a known device.
      [INTERACTIVE, [50072, 50074, 50076, 50078, 50079, 50097, 50129, 50158, 16000]],
      // A policy, or the person's own standing: signing in again changes nothing.
      [REFUSED, [50020, 50034, 50053, 50055, 50057, 50105, 53000, 53001, 53002, 53003, 530034]],
      [UNAVAILABLE, [90033, 90024, 50196]],
    ] as const
  ).flatMap(([meaning, numbers]) => numbers.map((number) => [number, meaning] as const)),
);

/** What is left when the number is unknown. Source: RFC 6749, 5.2; OpenID Connect Core, 3.1.2.6. */
const BY_ERROR = new Map<string, Meaning>(
  Object.entries({
    consent_required: CONSENT,
    interaction_required: INTERACTIVE,
    login_required: INTERACTIVE,
    invalid_grant: REFUSED,
    invalid_client: NOT_SET_UP,
    invalid_request: NOT_SET_UP,
    invalid_resource: NOT_SET_UP,
    invalid_scope: NOT_SET_UP,
    unauthorized_client: NOT_SET_UP,
    unsupported_grant_type: NOT_SET_UP,
    temporarily_unavailable: UNAVAILABLE,
    server_error: UNAVAILABLE,
  }),
);

/**
 * Puts a refusal of the authority into our words.
 *
 * @param answer - undefined when there was none.
 */
export function problemOfRefusal(answer: AuthorityAnswer | undefined): MeetingProblem {
  const meaning = answer === undefined ? UNAVAILABLE : meaningOf(answer);
  const cause = answer === undefined ? 'the authority did not answer' : factsOf(answer);
  return 'signIn' in meaning ? new SignInNeeded(meaning.signIn, cause) : new MeetingProblem(meaning.problem, { cause });
}

/** Confer could not even ask: its certificate cannot be read, or the machine has no managed identity. */
export function problemOfProof(error: unknown): MeetingProblem {
  const name = error instanceof Error ? error.name : 'unknown';
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return new MeetingProblem('signIn.notSetUp', { cause: `the app cannot prove itself: ${name} ${code}`.trim() });
}

function meaningOf(answer: AuthorityAnswer): Meaning {
  const { status, numbers, error, hasClaims } = answer;
  const known = numbers.map((number) => BY_NUMBER.get(number)).find((meaning) => meaning !== undefined);
  if (known !== undefined) return known;
  if (status >= 500 || status === 429) return UNAVAILABLE;
  if (hasClaims) return INTERACTIVE;
  return BY_ERROR.get(error ?? '') ?? UNAVAILABLE;
}

/** For the log: numbers and ids, none of the authority's sentences. */
function factsOf({ status, numbers, error, correlationId }: AuthorityAnswer): string {
  const codes = numbers.map((number) => `AADSTS${String(number)}`).join(' ');
  return [codes, error, `status ${String(status)}`, `correlation ${correlationId ?? 'unknown'}`]
    .filter((part) => part !== undefined && part !== '')
    .join(', ');
}
