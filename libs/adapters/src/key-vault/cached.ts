import { Destruction, KeyVault, SealingKey } from '@boucle/eventsourcing';

const MOST_KEYS = 50_000;
const KEPT_MS = 60_000;

type Keys = ReadonlyMap<string, SealingKey | null>;

interface Kept {
  readonly key: SealingKey | null;
  readonly until: number;
}

/** Puts what many ask in the same turn of the event loop as one question. */
const asked = (ask: (subjects: readonly string[]) => Promise<Keys>): ((subjects: Iterable<string>) => Promise<Keys>) => {
  let next: { subjects: Set<string>; answer: Promise<Keys> } | null = null;
  const inTurn = async (subjects: Set<string>): Promise<Keys> => {
    await new Promise(setImmediate);
    next = null;
    return ask([...subjects]);
  };
  return (wanted) => {
    if (next === null) {
      const subjects = new Set<string>();
      next = { subjects, answer: inTurn(subjects) };
    }
    for (const subject of wanted) next.subjects.add(subject);
    return next.answer;
  };
};

/**
 * Asks a vault once for what many ask for at the same time, and remembers some keys for a minute at most.
 * A destroyed key is forgotten at once in the process that destroys it; any other that knows it may open with it for that minute.
 */
export class CachedKeyVault extends KeyVault {
  private readonly kept = new Map<string, Kept>();
  private readonly askToSeal: (subjects: Iterable<string>) => Promise<Keys>;
  private readonly askToOpen: (subjects: Iterable<string>) => Promise<Keys>;

  /** @param now ms of a clock */
  constructor(
    private readonly vault: KeyVault & { close?(): void },
    private readonly now: () => number = Date.now,
  ) {
    super();
    this.askToSeal = asked((subjects) => vault.keysToSeal(subjects));
    this.askToOpen = asked((subjects) => vault.keysToOpen(subjects));
  }

  override atHand(subject: string): SealingKey | null | undefined {
    const kept = this.kept.get(subject);
    return kept && this.now() < kept.until ? kept.key : undefined;
  }

  keysToSeal(subjects: readonly string[]): Promise<Keys> {
    return this.known(subjects, this.askToSeal);
  }

  keysToOpen(subjects: readonly string[]): Promise<Keys> {
    return this.known(subjects, this.askToOpen);
  }

  async destroy(destructions: readonly Destruction[]): Promise<void> {
    for (const { subject } of destructions) this.keep(subject, null);
    try {
      await this.vault.destroy(destructions);
    } catch (error) {
      for (const { subject } of destructions) this.kept.delete(subject);
      throw error;
    }
  }

  register(after?: number, limit?: number): Promise<readonly Destruction[]> {
    return this.vault.register(after, limit);
  }

  secret(): Promise<Uint8Array> {
    return this.vault.secret();
  }

  close(): void {
    this.kept.clear();
    this.vault.close?.();
  }

  private async known(subjects: readonly string[], ask: (subjects: Iterable<string>) => Promise<Keys>): Promise<Keys> {
    const found = new Map<string, SealingKey | null>();
    const missing: string[] = [];
    for (const subject of subjects) {
      const key = this.atHand(subject);
      if (key === undefined) missing.push(subject);
      else found.set(subject, key);
    }
    if (missing.length === 0) return found;
    const answer = await ask(missing);
    for (const subject of missing) {
      const key = answer.get(subject);
      if (key === undefined) continue;
      found.set(subject, this.keep(subject, key));
    }
    return found;
  }

  /** What was destroyed meanwhile stays so, whatever an answer says that was under way. */
  private keep(subject: string, key: SealingKey | null): SealingKey | null {
    const lasting = this.kept.get(subject)?.key === null ? null : key;
    this.kept.delete(subject);
    this.kept.set(subject, { key: lasting, until: lasting === null ? Infinity : this.now() + KEPT_MS });
    if (this.kept.size > MOST_KEYS) this.kept.delete(this.kept.keys().next().value!);
    return lasting;
  }
}
