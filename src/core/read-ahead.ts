/**
 * Reads one item ahead of the consumer, so that at most two items are in memory. An error of the source is thrown after the items that
 * preceded it.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const pull = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    // The consumer may stop before it asks for this item; a failure must then not become an unhandled rejection.
    next.catch(() => undefined);
    return next;
  };
  let pending = pull();
  try {
    for (;;) {
      const result = await pending;
      if (result.done === true) return;
      pending = pull();
      yield result.value;
    }
  } finally {
    await pending.catch(() => undefined);
    await iterator.return?.();
  }
}
