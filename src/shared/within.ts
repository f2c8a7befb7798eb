/**
 * What work comes to, when it does so in time; undefined when it does not, or fails. For questions whose answer is of use only
 * now: what was asked goes on, and its answer is for nobody.
 */
export async function within<Result>(ms: number, work: Promise<Result>): Promise<Result | undefined> {
  return new Promise((resolve) => {
    const late = setTimeout(resolve, ms, undefined);
    const end = (result: Result | undefined): void => {
      clearTimeout(late);
      resolve(result);
    };
    work.then(end, () => {
      end(undefined);
    });
  });
}
