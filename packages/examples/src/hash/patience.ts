// Waits that can be given up. The system may never answer: so does a network mount whose server is
// gone, and nothing in Node takes a request back.

import { onAbort } from "@chankit/channel";

/**
 * Gives what `work` gives, or rejects with the signal's reason as soon as that is aborted.
 *
 * The work goes on in the latter case: what it gives after all goes to `late`, its failure nowhere.
 */
export function unlessAborted<T>(
  signal: AbortSignal,
  work: Promise<T>,
  late?: (value: T) => void,
): Promise<T> {
  return new Promise((resolve, reject) => {
    let isGivenUp = false;
    const cancel = (): void => {
      isGivenUp = true;
      reject(signal.reason as Error);
    };
    const link = signal.aborted ? undefined : onAbort(signal, { cancel });
    if (link === undefined) cancel();

    work.then(
      (value) => {
        link?.remove();
        if (isGivenUp) late?.(value);
        else resolve(value);
      },
      (error: unknown) => {
        link?.remove();
        reject(error);
      },
    );
  });
}
