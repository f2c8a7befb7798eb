/** The server said no, or there is no server. `message` can be shown. */
export class ApiError extends Error {}

/**
 * Calls the scripting API.
 *
 * @param {string} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<any>}
 * @throws {ApiError}
 */
export async function call(method, path, body) {
  const response = await fetch(path, {
    method,
    ...(body === undefined ? {} : { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ApiError('The local Teams is not running any more.');
  });
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new ApiError(answer?.error?.message ?? `The server answered ${response.status}.`);
  return answer;
}

/**
 * @param {string} conversationId
 * @param {string} what
 */
export function conversationPath(conversationId, what) {
  return `/api/conversations/${encodeURIComponent(conversationId)}/${what}`;
}
