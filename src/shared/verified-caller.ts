/** Who handed an activity in, as far as it was proved. Made by src/http alone, before anything else sees the activity. */
export type VerifiedCaller =
  /** Local mode: nobody proved anything, and only this machine is spoken to. */
  | { readonly kind: 'local' }
  /** The Bot Connector: its token was verified. */
  | {
      readonly kind: 'connector';
      /** The app the token was made for: ours. */
      readonly appId: string;
      readonly issuer: string;
      /** The only address that may be answered to. */
      readonly serviceUrl: string;
    };
