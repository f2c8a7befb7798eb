/**
 * Runs inside a process of the product, before it: collects garbage when the program that measures asks, and says what is
 * left. That nobody asks any more must not keep the process alive.
 */
process.on('message', () => {
  globalThis.gc?.();
  globalThis.gc?.();
  const resources = process.getActiveResourcesInfo().length;
  process.send?.({ heapBytes: process.memoryUsage().heapUsed, resources });
});
process.channel?.unref();

// Whoever measures may be killed; nobody would stop this process then.
process.once('disconnect', () => {
  process.exit();
});
