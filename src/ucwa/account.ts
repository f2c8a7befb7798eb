import { UcwaClosedError } from './errors';
import type { UcwaAccountOptions } from './options';
import type { UcwaAccount } from './surface';

/** Makes an account object. Nothing is sent before the first call. */
export function createUcwaAccount(options: UcwaAccountOptions): UcwaAccount {
  void options;
  throw new UcwaClosedError();
}
