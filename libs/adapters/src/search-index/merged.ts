/** Sorted runs as one, always the least of what is left; each run gives its items a chunk at a time. */
export function* merged<T>(runs: readonly Iterator<T>[], isBefore: (a: T, b: T) => boolean): Generator<T> {
  const heap: { item: T; run: Iterator<T> }[] = [];
  const sink = (from: number): void => {
    for (let i = from; ;) {
      const left = 2 * i + 1;
      if (left >= heap.length) return;
      const right = left + 1;
      const least = right < heap.length && isBefore(heap[right].item, heap[left].item) ? right : left;
      if (!isBefore(heap[least].item, heap[i].item)) return;
      [heap[i], heap[least]] = [heap[least], heap[i]];
      i = least;
    }
  };
  for (const run of runs) {
    const first = run.next();
    if (!first.done) heap.push({ item: first.value, run });
  }
  for (let i = heap.length >> 1; i >= 0; i--) sink(i);
  while (heap.length > 0) {
    const [{ item, run }] = heap;
    yield item;
    const next = run.next();
    if (next.done) {
      const last = heap.pop()!;
      if (heap.length === 0) return;
      heap[0] = last;
    } else heap[0] = { item: next.value, run };
    sink(0);
  }
}
