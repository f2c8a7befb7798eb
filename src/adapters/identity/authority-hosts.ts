import { AzureAuthorityHosts } from '@azure/identity';

/** Whether Microsoft's list of authorities knows this one, as it does its own clouds; of any other it would be asked in vain. */
export function isPublished(authorityHost: string): boolean {
  const { hostname } = new URL(authorityHost);
  return Object.values(AzureAuthorityHosts).some((known) => new URL(known).hostname === hostname);
}
