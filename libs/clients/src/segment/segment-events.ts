import { ClientHistory, PastPurchase, PastReaction, Solicitation } from '../history/client-history.js';
import { Returned } from '../purchase/purchase-history.js';

/** A purchase with what became of it. */
export interface TrackedPurchase {
  readonly purchase: PastPurchase;
  /** What came back of it, in order of time. */
  readonly returned: readonly Returned[];
  /** When it was cancelled, or its delivery refused. */
  readonly revokedAt: string | null;
}

/** A line of a purchase. */
export interface TrackedLine {
  readonly line: NonNullable<PastPurchase['lines']>[number];
  readonly bought: TrackedPurchase;
}

/** A solicitation, and when it was answered first. */
export interface Asked {
  readonly solicitation: Solicitation;
  readonly answeredAt: string | null;
}

/** What happened with a person as segments count it. */
export interface SegmentEvents {
  readonly purchases: readonly TrackedPurchase[];
  readonly lines: readonly TrackedLine[];
  readonly mailings: readonly Asked[];
  readonly contacts: readonly Asked[];
  readonly responses: readonly PastReaction[];
}

const inTime = <E extends { readonly at: string }>(entries: readonly E[]): readonly E[] =>
  entries.length < 2 ? entries : [...entries].sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));

const boughtOf = ({ purchases, returned, revoked }: ClientHistory): readonly TrackedPurchase[] =>
  purchases.map((purchase) => {
    const { purchaseId, currency } = purchase;
    const own = returned.length === 0 ? [] : returned.filter((one) => one.purchaseId === purchaseId && one.currency === currency);
    const revocations = revoked.length === 0 ? [] : revoked.filter((one) => one.purchaseId === purchaseId).map(({ at }) => at);
    return { purchase, returned: inTime(own), revokedAt: revocations.sort()[0] ?? null };
  });

const asked = ({ purchases, reactions }: ClientHistory, solicitations: readonly Solicitation[]): readonly Asked[] =>
  solicitations.map((solicitation) => {
    const { campaignId, wave, at } = solicitation;
    if (campaignId === undefined) return { solicitation, answeredAt: null };
    const answers = [...purchases, ...reactions].filter((one) => one.campaignId === campaignId && one.wave === wave && one.at >= at);
    return { solicitation, answeredAt: answers.map((one) => one.at).sort()[0] ?? null };
  });

/** Works out each kind of events when it is first asked for. */
class Read implements SegmentEvents {
  private readonly known: { -readonly [Kind in keyof SegmentEvents]?: SegmentEvents[Kind] } = {};

  constructor(private readonly history: ClientHistory) {}

  get purchases(): SegmentEvents['purchases'] {
    return (this.known.purchases ??= boughtOf(this.history));
  }

  get lines(): SegmentEvents['lines'] {
    return (this.known.lines ??= this.purchases.flatMap((bought) => (bought.purchase.lines ?? []).map((line) => ({ line, bought }))));
  }

  get mailings(): SegmentEvents['mailings'] {
    const { solicitations } = this.history;
    return (this.known.mailings ??= asked(
      this.history,
      solicitations.filter(({ kind }) => kind !== 'contact'),
    ));
  }

  get contacts(): SegmentEvents['contacts'] {
    const { solicitations } = this.history;
    return (this.known.contacts ??= asked(
      this.history,
      solicitations.filter(({ kind }) => kind === 'contact'),
    ));
  }

  get responses(): SegmentEvents['responses'] {
    return this.history.reactions;
  }
}

const known = new WeakMap<ClientHistory, SegmentEvents>();

/** What happened with a person as segments count it; worked out once for each history. */
export const segmentEvents = (history: ClientHistory): SegmentEvents => {
  const before = known.get(history);
  if (before) return before;
  const events = new Read(history);
  known.set(history, events);
  return events;
};

/** What is left of a purchase at an instant, in cents; null: nothing is, it was not kept. */
export const keptAt = ({ purchase, returned, revokedAt }: TrackedPurchase, at: string): number | null => {
  if (revokedAt !== null && revokedAt <= at) return null;
  if (returned.length === 0) return purchase.amount;
  let [left, own] = [purchase.amount, 0];
  for (const one of returned) if (one.at <= at) [left, own] = [left - one.amount, own + 1];
  return own > 0 && left <= 0 ? null : left;
};

/** When something of a purchase comes back next, or it is revoked. */
export const keptUntil = ({ returned, revokedAt }: TrackedPurchase, at: string): string | null => {
  const later = [...returned.map((one) => one.at), ...(revokedAt === null ? [] : [revokedAt])].filter((one) => one > at);
  return later.sort()[0] ?? null;
};
