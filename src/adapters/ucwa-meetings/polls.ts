/** Whether this is a request on the event channel; the client leaves words of the protocol in its URLs. */
export function isPoll({ method, url }: { readonly method: string; readonly url: string }): boolean {
  return method === 'GET' && url.endsWith('/events');
}
