/** Does `act`, and gives how often a promise was settled that had been settled before. */
export async function countSettledAgain(act: () => Promise<unknown>): Promise<number> {
  const Original = globalThis.Promise;
  let again = 0;

  class CountedPromise<T> extends Original<T> {
    constructor(executor: ConstructorParameters<typeof Promise<T>>[0]) {
      let isSettled = false;
      const note = (): void => {
        if (isSettled) again++;
        isSettled = true;
      };
      super((resolve, reject) => {
        executor(
          (value) => {
            note();
            resolve(value);
          },
          (reason) => {
            note();
            reject(reason as Error);
          },
        );
      });
    }
  }

  globalThis.Promise = CountedPromise;
  try {
    await act();
  } finally {
    globalThis.Promise = Original;
  }
  return again;
}
