import { Batch, StoreUnavailableError, Subscription } from '@boucle/eventsourcing';

/** Says where it was, as drivers do. */
const WHERE = 'esdb://admin:changeit@store.example:2113';

/** An adapter whose line can be cut: every call is refused, at once or not before it is mended. */
export class Cuttable<Port extends object> {
  readonly port: Port;
  private line = new AbortController();
  private hangs = false;
  private readonly hanging: (() => void)[] = [];

  constructor(behind: Port) {
    this.port = new Proxy(behind, {
      get: (target, name) => {
        const found: unknown = Reflect.get(target, name, target);
        if (typeof found !== 'function') return found;
        if (name === 'subscribe') return (wanted: Subscription) => this.listen(found.bind(target), wanted);
        return (...words: unknown[]) => (this.isCut ? this.refuse() : found.apply(target, words));
      },
    });
  }

  cut(hangs = false): void {
    this.hangs = hangs;
    this.line.abort();
  }

  mend(): void {
    this.line = new AbortController();
    for (const end of this.hanging.splice(0)) end();
  }

  private get isCut(): boolean {
    return this.line.signal.aborted;
  }

  private async refuse(): Promise<never> {
    if (this.hangs) await new Promise<void>((end) => this.hanging.push(end));
    throw new StoreUnavailableError(`${WHERE} does not answer`);
  }

  private async *listen(subscribe: (wanted: Subscription) => AsyncIterable<Batch>, wanted: Subscription): AsyncGenerator<Batch> {
    if (this.isCut) await this.refuse();
    const { signal } = this.line;
    yield* subscribe({ ...wanted, signal: AbortSignal.any([signal, ...(wanted.signal ? [wanted.signal] : [])]) });
    if (signal.aborted && !wanted.signal?.aborted) await this.refuse();
  }
}
