/** @typedef {import('./types.js').WorldEvent} WorldEvent */

/**
 * Opens the stream of the server's events. Resolves when it is open, so that nothing fetched afterwards can miss a
 * change; events wait until there is a store to take them.
 */
export async function openEvents() {
  const source = new EventSource('/api/events');
  /** @type {WorldEvent[]} */
  const waiting = [];
  /** @type {(event: WorldEvent) => void} */
  let take = (event) => {
    waiting.push(event);
  };
  source.addEventListener('message', (event) => take(JSON.parse(event.data)));
  await new Promise((resolve) => source.addEventListener('open', resolve, { once: true }));

  return {
    /** Keeps `store` up to date; after a break everything is fetched again. @param {import('./store.js').Store} store */
    follow(store) {
      take = (event) => store.apply(event);
      for (const event of waiting) take(event);
      source.addEventListener('error', () => store.setConnected(false));
      source.addEventListener('open', () => {
        store.setConnected(true);
        void store.refresh();
      });
    },
  };
}
