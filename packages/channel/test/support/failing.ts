/** Fails with `error`, whatever it is. */
export function failing(error: unknown): () => Promise<never> {
  return async () => {
    throw error;
  };
}
