/**
 * Waits for work that ends the process, but no longer than this: what hangs then must not keep the rest from being ended.
 * The work is not told; it goes on until the process is gone. Everywhere else give it a signal instead.
 *
 * @param onCut - called when time is up before the work is.
 * @throws what the work fails with, as long as somebody waits for it.
 */
export async function atMost(limitMs: number, work: Promise<unknown>, onCut: () => void): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      onCut();
      resolve();
    }, limitMs);
    work.then(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error instanceof Error ? error : new Error(String(error)));
      },
    );
  });
}
