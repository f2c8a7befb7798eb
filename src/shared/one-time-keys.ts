/** Keys that only one of all processes may use, once. */
export interface OneTimeKeys {
  /** True for whoever asks first. */
  claim(key: string): Promise<boolean>;
  /** Gives a key back whose work failed, so that another may try. */
  release(key: string): Promise<void>;
}
