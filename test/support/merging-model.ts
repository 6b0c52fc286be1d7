/** Several files of one person, told a second time and in another way: every id has a history of its own, and what it hears of others is a copy. */

export type Said =
  | { readonly kind: 'buys'; readonly amount: number }
  | { readonly kind: 'is-called' }
  | { readonly kind: 'consents' }
  | { readonly kind: 'withdraws' }
  | { readonly kind: 'opposes' }
  | { readonly kind: 'restricts' }
  | { readonly kind: 'is-freed' }
  | { readonly kind: 'dies' };

interface File {
  spent: number;
  calls: number;
  /** Instants of consents for the one address that all of them have, and when each was taken back. */
  consents: { at: number; until: number | null }[];
  opposedAt: number | null;
  restricted: boolean;
  dead: boolean;
}

/** What holds for a person, or for one file of his. */
export interface Standing {
  readonly spent: number;
  readonly calls: number;
  readonly answer: 'consent' | 'opposed' | 'restricted' | 'no-consent' | 'withdrawn' | 'dead';
}

export class MergingModel {
  private readonly files = new Map<string, File>();
  /** The survivor of each alias. */
  private readonly into = new Map<string, string>();
  private now = 0;

  constructor(ids: readonly string[]) {
    for (const id of ids) this.files.set(id, { spent: 0, calls: 0, consents: [], opposedAt: null, restricted: false, dead: false });
  }

  survivorOf(id: string): string {
    return this.into.get(id) ?? id;
  }

  /** All files of the person. */
  membersOf(id: string): string[] {
    const survivor = this.survivorOf(id);
    return [...this.files.keys()].filter((other) => this.survivorOf(other) === survivor);
  }

  merge(survivor: string, merged: string): void {
    if (survivor === merged || this.into.has(survivor) || this.into.has(merged)) return;
    if (this.membersOf(merged).length === 1) this.into.set(merged, survivor);
  }

  unmerge(survivor: string, merged: string): void {
    if (this.into.get(merged) === survivor) this.into.delete(merged);
  }

  say(id: string, said: Said): void {
    const at = ++this.now;
    const file = this.files.get(id)!;
    const all = this.membersOf(id).map((member) => this.files.get(member)!);
    switch (said.kind) {
      case 'buys':
        file.spent += said.amount;
        break;
      case 'is-called':
        file.calls++;
        break;
      case 'consents':
        file.consents.push({ at, until: null });
        break;
      case 'withdraws': {
        // the last one that he gave under this id; what he gave under others is the same
        const last = file.consents.findLast(({ until }) => until === null);
        if (!last) break;
        last.until = at;
        for (const other of all) if (other !== file) for (const consent of other.consents) consent.until ??= at;
        break;
      }
      case 'opposes':
        for (const each of all) each.opposedAt = at;
        break;
      case 'restricts':
        // asked for again under the same id, nothing has happened
        if (!file.restricted) for (const each of all) each.restricted = true;
        break;
      case 'is-freed':
        file.restricted = false;
        break;
      case 'dies':
        if (!file.dead) for (const each of all) each.dead = true;
    }
  }

  /** As the survivor stands with all his files. */
  standing(survivor: string): Standing {
    const all = this.membersOf(survivor).map((member) => this.files.get(member)!);
    return {
      spent: all.reduce((sum, { spent }) => sum + spent, 0),
      calls: all.reduce((sum, { calls }) => sum + calls, 0),
      answer: this.answer(all),
    };
  }

  private answer(all: readonly File[]): Standing['answer'] {
    if (all.some(({ dead }) => dead)) return 'dead';
    if (all.some(({ restricted }) => restricted)) return 'restricted';
    const opposedAt = all.reduce((last, file) => Math.max(last, file.opposedAt ?? 0), 0);
    const given = all.flatMap(({ consents }, n) => consents.map((consent) => ({ ...consent, n })));
    // taken back under one id, nothing that was given before under another counts
    const counts = (consent: (typeof given)[number]): boolean =>
      consent.until === null && !given.some(({ n, until }) => n !== consent.n && until !== null && until > consent.at);
    const holding = given.filter(counts);
    if (opposedAt > 0 && !holding.some(({ at }) => at > opposedAt)) return 'opposed';
    if (holding.length > 0) return 'consent';
    return given.length > 0 ? 'withdrawn' : 'no-consent';
  }
}
