/**
 * Reads one item ahead: while the consumer works on an item, the next one is already on its way. No more than one waits, so
 * memory is bounded by two items. An error of the source reaches the consumer in its place, after the items before it.
 */
export async function* readAhead<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  const iterator = source[Symbol.asyncIterator]();
  const pull = (): Promise<IteratorResult<T>> => {
    const next = iterator.next();
    // The consumer may leave before it asks for this item; its failure must then not end the process as unhandled.
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
