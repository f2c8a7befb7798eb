/** What can be wrong with a Teams app package. */
export type ManifestErrorCode =
  'SettingMissing' | 'SettingInvalid' | 'PlaceholderUnknown' | 'CommandsTooMany' | 'SchemaViolated';

/** A Teams app package cannot be made. The message is one sentence that says what to set or change. */
export class ManifestError extends Error {
  readonly code: ManifestErrorCode;

  constructor(code: ManifestErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}
