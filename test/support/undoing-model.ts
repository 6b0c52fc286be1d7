/** What is said of somebody in the test of undoing, by hand or by an import. */
export type Told =
  | { readonly kind: 'buys' | 'is-called' | 'responds' | 'has-mail'; readonly id: string }
  | { readonly kind: 'returns' | 'cancels' | 'reports' | 'opposes-mail'; readonly id: string; readonly of: string }
  | { readonly kind: 'is-named'; readonly name: string };

interface Item {
  readonly by: string;
  readonly at: string;
}

interface Purchase extends Item {
  cancelled: boolean;
}

interface Person {
  readonly bornBy: string;
  readonly bornAt: string;
  erased: boolean;
  touched: boolean;
  mergedInto: string | null;
  readonly purchases: Map<string, Purchase>;
  /** A return may come before its purchase. */
  readonly returns: Map<string, Item & { readonly of: string }>;
  readonly contacts: Map<string, { readonly by: string; reported: boolean }>;
  readonly responses: Map<string, Item>;
  readonly mails: Map<string, { readonly by: string; opposed: boolean }>;
  /** Each saying upon what was said before. */
  readonly names: { readonly name: string; readonly by: string }[];
}

/** What is to be known of somebody. */
export interface Known {
  readonly erased: boolean;
  readonly name: string | null;
  readonly bought: readonly string[];
  readonly returned: number;
  readonly contacts: number;
  readonly responses: readonly string[];
  readonly mails: readonly string[];
  readonly heardOf: string | null;
}

/** What undoing means, in sets and a stack: who wrote it knew nothing of events. */
export class UndoingModel {
  private readonly people = new Map<string, Person>();

  register(clientId: string, by: string, at: string): void {
    if (this.people.has(clientId)) return;
    this.people.set(clientId, {
      ...{ bornBy: by, bornAt: at, erased: false, touched: false, mergedInto: null },
      ...{ purchases: new Map(), returns: new Map(), contacts: new Map(), responses: new Map(), mails: new Map(), names: [] },
    });
  }

  /** Whether it was told of before, or cannot be told. */
  tell(clientId: string, told: Told, by: string, at: string): void {
    const person = this.people.get(clientId);
    if (!person || person.erased) return;
    if (this.changed(person, told, { by, at }) && by !== person.bornBy) person.touched = true;
  }

  merge(survivorId: string, mergedId: string): void {
    const [survivor, merged] = [this.people.get(survivorId), this.people.get(mergedId)];
    if (!survivor || survivor === merged || survivor.erased || survivor.mergedInto !== null) return;
    // that somebody tried is something that happened to him
    survivor.touched = true;
    if (!merged || merged.erased || merged.mergedInto !== null || this.hasOthers(mergedId)) return;
    merged.mergedInto = survivorId;
    merged.touched = true;
  }

  unmerge(survivorId: string, mergedId: string): void {
    const merged = this.people.get(mergedId);
    if (merged?.mergedInto === survivorId) merged.mergedInto = null;
  }

  /** Tells of whom something stays. */
  undo(by: string): readonly string[] {
    return [...this.people].flatMap(([clientId, person]) => {
      if (person.erased) return [];
      if (person.bornBy === by && !person.touched) {
        person.erased = true;
        return [];
      }
      const stays = this.takeBack(clientId, person, by);
      return stays || person.bornBy === by ? [clientId] : [];
    });
  }

  known(clientId: string): Known | null {
    const person = this.people.get(clientId);
    if (!person) return null;
    const { erased, purchases, returns, contacts, responses, mails, names } = person;
    if (erased) return { erased, name: null, bought: [], returned: 0, contacts: 0, responses: [], mails: [], heardOf: null };
    const heard: Item[] = [...purchases.values(), ...returns.values(), ...responses.values()];
    return {
      erased,
      heardOf: [person.bornAt, ...heard.map(({ at }) => at)].sort().at(-1)!,
      name: names.at(-1)?.name ?? null,
      bought: [...purchases.keys()].sort(),
      returned: returns.size,
      contacts: contacts.size,
      responses: [...responses.keys()].sort(),
      mails: [...mails.keys()].sort(),
    };
  }

  private hasOthers(clientId: string): boolean {
    return [...this.people.values()].some(({ mergedInto }) => mergedInto === clientId);
  }

  private takeBack(clientId: string, person: Person, by: string): boolean {
    const { purchases, returns, contacts, responses, mails, names } = person;
    let stays = false;
    for (const [id, told] of returns) if (told.by === by) returns.delete(id);
    for (const [id, purchase] of purchases) {
      if (purchase.by !== by) continue;
      if ([...returns.values()].some(({ of }) => of === id) || purchase.cancelled) stays = true;
      else purchases.delete(id);
    }
    for (const [id, contact] of contacts) {
      if (contact.by !== by) continue;
      if (contact.reported) stays = true;
      else contacts.delete(id);
    }
    for (const [id, told] of responses) if (told.by === by) responses.delete(id);
    if (person.bornBy === by) return stays;
    const merged = person.mergedInto !== null || this.hasOthers(clientId);
    for (const [id, mail] of mails) {
      if (mail.by !== by) continue;
      if (mail.opposed || merged) stays = true;
      else mails.delete(id);
    }
    while (!merged && names.at(-1)?.by === by) names.pop();
    return stays || names.some((one) => one.by === by);
  }

  private changed(person: Person, told: Told, item: Item): boolean {
    const { purchases, returns, contacts, responses, mails, names } = person;
    const purchase = 'of' in told ? purchases.get(told.of) : undefined;
    switch (told.kind) {
      case 'buys':
        return !purchases.has(told.id) && !!purchases.set(told.id, { ...item, cancelled: false });
      case 'is-called':
        return !contacts.has(told.id) && !!contacts.set(told.id, { by: item.by, reported: false });
      case 'responds':
        return !responses.has(told.id) && !!responses.set(told.id, item);
      case 'has-mail':
        return !mails.has(told.id) && !!mails.set(told.id, { by: item.by, opposed: false });
      case 'is-named':
        return names.at(-1)?.name !== told.name && names.push({ name: told.name, by: item.by }) > 0;
      case 'returns':
        return !purchase?.cancelled && !returns.has(told.id) && !!returns.set(told.id, { ...item, of: told.of });
      case 'cancels':
        if (!purchase || purchase.cancelled) return false;
        purchase.cancelled = true;
        return true;
      case 'reports': {
        const contact = contacts.get(told.of);
        if (!contact) return false;
        contact.reported = true;
        return true;
      }
      case 'opposes-mail': {
        const mail = mails.get(told.of);
        if (!mail) return false;
        mail.opposed = true;
        return true;
      }
    }
  }
}
