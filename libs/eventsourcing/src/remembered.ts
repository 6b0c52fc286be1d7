/** Remembers some values, and none for longer than twice `keptMs` after it was set: what must be forgotten elsewhere does not live on here. */
export class Remembered<Value> {
  private young = new Map<string, Value>();
  private old = new Map<string, Value>();
  private ageing: NodeJS.Timeout | null = null;

  /** @param most so many were set last are remembered at least until they are too old */
  constructor(
    private readonly most: number,
    private readonly keptMs: number,
  ) {}

  get(key: string): Value | undefined {
    return this.young.get(key) ?? this.old.get(key);
  }

  set(key: string, value: Value): void {
    this.old.delete(key);
    this.young.delete(key);
    this.young.set(key, value);
    if (this.young.size > this.most) this.young.delete(this.young.keys().next().value!);
    this.ageing ??= setInterval(() => this.age(), this.keptMs).unref();
  }

  private age(): void {
    this.old = this.young;
    this.young = new Map();
    if (this.old.size > 0 || this.ageing === null) return;
    clearInterval(this.ageing);
    this.ageing = null;
  }
}
