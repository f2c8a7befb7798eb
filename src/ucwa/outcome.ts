import {
  type TransportFailureKind,
  UcwaCircuitOpenError,
  UcwaProtocolError,
  UcwaProxyAnswerError,
  UcwaResponseError,
  UcwaTransportError,
  UcwaUnknownOutcomeError,
} from './errors';
import { type Marks, type MethodClass, type OutcomeRow, outcomeTable, unlisted, type Verdict } from './outcome-table';

/** The row that decides about a failure. */
export function rowOf(error: unknown): OutcomeRow {
  const marks = marksOf(error);
  return (marks === undefined ? undefined : outcomeTable.find((row) => fits(row, marks))) ?? unlisted;
}

/** What a failure means. */
export function verdictOn(error: unknown): Verdict {
  return rowOf(error);
}

/** Whether a request of this class may be sent once more after the failure. */
export function mayRepeat(error: unknown, methodClass: MethodClass): boolean {
  return verdictOn(error)[methodClass] === 'repeat';
}

/** Whether the request may have been executed although it failed. */
export function mayHaveArrived(error: unknown): boolean {
  return verdictOn(error).action === 'unknown';
}

/** Whether a request may have been executed that got no answer, by the kind of its failure. */
export function mayArriveBefore(transport: TransportFailureKind): boolean {
  return outcomeTable.find((row) => fits(row, { kind: 'transport', transport }))?.action === 'unknown';
}

/** Whether the server says that something is not there any more. A pool that is failing over (410 too) does not say so. */
export function isGone(error: unknown): boolean {
  return verdictOn(error).gone === true;
}

/**
 * Whether a failure that outlived its repetitions may mean that the whole pool is down, so that it is worth asking
 * discovery whether another one has taken its place.
 */
export function mayBePoolFailure(error: unknown): boolean {
  return verdictOn(error).poolFailure === true;
}

/** What an answer's status says about the server's health; most failures show that it works. */
export function healthOfStatus(status: number): Verdict['health'] {
  return outcomeTable.find((row) => fits(row, { kind: 'answer', status }))?.health ?? 'up';
}

/** What a failure says about the server's health. A held P-GET that breaks off tells nothing: whatever is in between did it. */
export function healthAfter(error: unknown, isPoll: boolean): Verdict['health'] {
  return isPoll && mayHaveArrived(error) ? 'unsaid' : verdictOn(error).health;
}

/** Compares subcodes as the protocol wants it: without regard to case. */
export function hasSubcode(error: unknown, subcode: string): boolean {
  return error instanceof UcwaResponseError && error.subcode?.toLowerCase() === subcode.toLowerCase();
}

function marksOf(error: unknown): Marks | undefined {
  if (error instanceof UcwaTransportError) return { kind: 'transport', transport: error.kind };
  if (error instanceof UcwaCircuitOpenError) return { kind: 'circuit-open' };
  if (error instanceof UcwaUnknownOutcomeError) return { kind: 'unknown-outcome' };
  const isPage = error instanceof UcwaProxyAnswerError;
  if (!(error instanceof UcwaResponseError || error instanceof UcwaProtocolError)) return undefined;
  const { status, subcode } = error;
  return {
    kind: error instanceof UcwaProtocolError ? 'unreadable' : isPage ? 'page' : 'answer',
    ...(status === undefined ? {} : { status }),
    ...(subcode === undefined ? {} : { subcode: subcode.toLowerCase() }),
  };
}

function fits({ kinds, transports, statuses, subcodes }: OutcomeRow, marks: Marks): boolean {
  return (
    kinds.includes(marks.kind) &&
    (transports === undefined || (marks.transport !== undefined && transports.includes(marks.transport))) &&
    (statuses === undefined || holds(statuses, marks.status)) &&
    (subcodes === undefined || subcodes.includes(marks.subcode ?? ''))
  );
}

function holds(statuses: NonNullable<OutcomeRow['statuses']>, status: number | undefined): boolean {
  if (status === undefined) return false;
  return 'from' in statuses ? status >= statuses.from && status <= statuses.to : statuses.includes(status);
}
