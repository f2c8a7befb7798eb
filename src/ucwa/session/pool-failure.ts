import { UcwaResponseError, UcwaTransportError, UcwaUnknownOutcomeError } from '../errors';
import { hasSubcode } from '../outcome';

/**
 * Whether an error that outlived its repetitions may mean that the whole pool is down, so that it is worth asking
 * discovery whether another one has taken its place. Source: Skype/UCWA/RootURL.md, GenericSynchronousErrors.md.
 */
export function mayBePoolFailure(error: unknown): boolean {
  if (error instanceof UcwaUnknownOutcomeError) return true; // nobody answered, whatever the reason
  if (error instanceof UcwaTransportError) return error.kind !== 'too-large';
  if (!(error instanceof UcwaResponseError)) return false;
  return error.status === 502 || error.status === 503 || hasSubcode(error, 'CannotRedirect');
}
