/** How the bot proves to the Bot Framework who it is. */
export type BotIdentity =
  /** No app id: local mode, this machine only. */
  | { readonly kind: 'local' }
  | { readonly kind: 'secret'; readonly appId: string; readonly tenantId: string; readonly secret: string }
  | {
      readonly kind: 'certificate';
      readonly appId: string;
      readonly tenantId: string;
      readonly certificatePath: string;
    }
  | { readonly kind: 'managedIdentity'; readonly appId: string; readonly tenantId: string };
