import { canonicalJson, Lookup } from '@boucle/eventsourcing';
import { ID, lineAmount, LineFields, sumOf } from '@boucle/clients';
import { MappingFields } from './import.commands.js';
import { Group } from './grouping.js';
import { Occurrences } from './occurrences.js';
import { RowFacts, RowProblem } from './row.js';

/** What rows record: a command without its client, when it happens, and what it comes to. */
export interface ImportedRecord {
  readonly type: string;
  readonly data: object;
  readonly id: string;
  /** ISO instant. */
  readonly at: string;
  /** Signed cents and their month: "2011-01 GBP"; null: it is not about money. */
  readonly sum: { readonly month: string; readonly amount: number } | null;
}

const DAY = 86_400_000;

/** What is different between two rows that have no number of their own. */
const TOLD_APART_BY: Readonly<Record<MappingFields['kind'], readonly string[]>> = {
  clients: [],
  purchases: ['client', 'clientId', 'date', 'article', 'text', 'quantity', 'unitPrice', 'amount', 'currency'],
  contacts: ['client', 'clientId', 'date', 'contactKind', 'channel', 'campaign'],
  responses: ['client', 'clientId', 'date', 'responseKind', 'coupon', 'campaign', 'subject'],
};

const problemIn = ([{ raw }]: Group, field: string, code: string, reason: string, remedy: string): RowProblem => ({
  row: raw.row,
  field,
  column: null,
  code,
  reason,
  remedy,
});

const text = (facts: RowFacts, name: string): string | undefined => facts[name] as string | undefined;
const number = (facts: RowFacts, name: string): number | undefined => facts[name] as number | undefined;

/** What a row comes to, in cents. */
const amountOf = (facts: RowFacts): number | null => {
  const [quantity, unitPrice] = [number(facts, 'quantity'), number(facts, 'unitPrice')];
  if (unitPrice === undefined || quantity === undefined) return number(facts, 'amount') ?? null;
  return lineAmount(quantity, unitPrice);
};

const comesBack = (facts: RowFacts, amount: number): boolean => amount < 0 || (amount === 0 && (number(facts, 'quantity') ?? 0) < 0);

/** A row as a line, its quantity never below nought. */
const lineOf = (facts: RowFacts, amount: number): LineFields => {
  const [article, words] = [text(facts, 'article'), text(facts, 'text')];
  const isId = article !== undefined && ID.test(article);
  const label = isId ? words : [article, words].filter((part) => part !== undefined).join(' ') || undefined;
  const quantity = Math.abs(number(facts, 'quantity')!);
  const unitPrice = Math.abs(number(facts, 'unitPrice')!) * (amount < 0 && !comesBack(facts, amount) ? -1 : 1);
  return { ...(isId && { articleId: article }), ...(label && { text: label }), quantity, unitPrice };
};

/** Tells what rows stand for apart, the same for the same rows in whatever file they come. */
export class Numbering {
  private readonly invoices = new Occurrences();
  private readonly contents = new Occurrences();

  constructor(
    private readonly mapping: MappingFields,
    private readonly lookup: Lookup,
  ) {}

  /** The id of what a group stands for. An invoice that goes on further below is another purchase, told apart by what it says. */
  idOf(group: Group): { id: string; part: number } {
    const [{ facts, raw }] = group;
    const { kind, source } = this.mapping;
    const stated = text(facts, 'purchaseId');
    const number = text(facts, 'invoice') ?? text(facts, 'contactId') ?? text(facts, 'responseId');
    const content = (): unknown => group.map((row) => TOLD_APART_BY[kind].map((name) => row.facts[name] ?? null));
    const named = number === undefined && stated === undefined ? null : (stated ?? this.lookup(`import/${source}/${kind}`, number!));
    if (named === null) return { id: this.unnamed(content()), part: 0 };
    // what is stated may be anything; else it is a keyed hash by now
    const part = raw.part ?? this.invoices.next(stated === undefined ? named : this.lookup('seen', stated));
    return { id: part === 0 ? named : this.lookup(`import/${source}/${kind}/part`, canonicalJson([named, content()])), part };
  }

  private unnamed(content: unknown): string {
    const { kind, source } = this.mapping;
    const hash = this.lookup(`import/${source}/${kind}/row`, canonicalJson(content));
    const before = this.contents.next(hash);
    return before === 0 ? hash : this.lookup(`import/${source}/${kind}/row`, canonicalJson([content, before]));
  }
}

/** Where it was sold. */
const placeOf = ({ salesChannel, pointOfSale }: RowFacts): object => ({
  ...(salesChannel !== undefined && { salesChannel }),
  ...(pointOfSale !== undefined && { pointOfSaleId: pointOfSale }),
});

const purchaseRecords = (group: Group, id: string, anonymous: boolean): ImportedRecord[] | RowProblem => {
  const [{ facts }] = group;
  const at = text(facts, 'date');
  const currency = text(facts, 'currency');
  if (at === undefined) return problemIn(group, 'date', 'no-date', 'the row has no date', 'fill the cell');
  if (currency === undefined) return problemIn(group, 'currency', 'no-currency', 'the row has no currency', 'fill the cell');
  if (group.some((row) => row.facts.currency !== currency))
    return problemIn(
      group,
      'currency',
      'several-currencies',
      'rows of one invoice are in several currencies',
      'give each currency its own invoice',
    );
  const rows: { facts: RowFacts; amount: number }[] = [];
  for (const row of group) {
    const amount = amountOf(row.facts);
    if (amount === null) {
      const remedy = 'fill its quantity and unit price, or its amount; a quantity has at most three decimals';
      return { ...problemIn([row], 'amount', 'no-amount', 'what the row comes to is not known', remedy) };
    }
    rows.push({ facts: row.facts, amount });
  }
  const withLines = rows.every((row) => row.facts.unitPrice !== undefined && row.facts.quantity !== undefined);
  const nameless = withLines && group.find((row) => row.facts.article === undefined && row.facts.text === undefined);
  if (nameless) return problemIn([nameless], 'article', 'no-article', 'the row says not what it is about', 'fill the article or its text');
  const month = `${at.slice(0, 7)} ${currency}`;
  const linesOf = (some: typeof rows) => withLines && { lines: some.map((row) => lineOf(row.facts, row.amount)) };
  const total = (some: typeof rows): number => sumOf(some.map(({ amount }) => amount)) ?? NaN;
  const all = total(rows);
  if (!Number.isSafeInteger(all)) return problemIn(group, 'amount', 'too-large', 'together the rows are too large', 'correct them');
  if (anonymous) {
    const lines = withLines && {
      lines: rows.map(({ facts: one, amount }) => {
        const line = lineOf(one, amount);
        return { ...line, unitPrice: amount < 0 ? -Math.abs(line.unitPrice) : line.unitPrice };
      }),
    };
    const data = { saleId: id, amount: all, currency, ...lines, ...placeOf(facts) };
    return [{ type: 'RecordAnonymousSale', data, id, at, sum: { month, amount: all } }];
  }
  const [bought, back] = [rows.filter((row) => !comesBack(row.facts, row.amount)), rows.filter((row) => comesBack(row.facts, row.amount))];
  const records: ImportedRecord[] = [];
  const [sold, returned] = [total(bought), -total(back)];
  if (bought.length > 0) {
    const invoice = text(facts, 'invoice');
    const data = {
      purchaseId: id,
      amount: sold,
      currency,
      ...linesOf(bought),
      ...placeOf(facts),
      ...(invoice !== undefined && { orderNumber: invoice }),
    };
    records.push({ type: 'RecordPurchase', data, id, at, sum: { month, amount: sold } });
  }
  if (back.length > 0) {
    const ofIt = bought.length > 0 && returned <= sold && { purchaseId: id };
    const data = { returnId: id, ...ofIt, amount: returned, currency, ...linesOf(back) };
    records.push({ type: 'ReturnPurchase', data, id, at, sum: { month, amount: -returned } });
  }
  return records;
};

const nextDay = (day: string): string => new Date(Date.parse(day) + DAY).toISOString();

/** What a group of rows records, or what is wrong with it; rows that only tell of clients record nothing. */
export const recordsOf = (group: Group, { kind, source }: MappingFields, id: string, anonymous: boolean): ImportedRecord[] | RowProblem => {
  if (kind === 'clients') return [];
  if (kind === 'purchases') return purchaseRecords(group, id, anonymous);
  const [{ facts }] = group;
  const at = text(facts, 'date');
  if (at === undefined) return problemIn(group, 'date', 'no-date', 'the row has no date', 'fill the cell');
  // another system may call a campaign as one of ours
  const campaign = facts.campaign === undefined ? {} : { campaignId: `${source}.${facts.campaign as string}` };
  if (kind === 'contacts') {
    const until = text(facts, 'answersUntil');
    const data = {
      contactId: id,
      kind: facts.contactKind,
      ...(facts.channel !== undefined && { channel: facts.channel }),
      ...(facts.outcome !== undefined && { outcome: facts.outcome }),
      ...campaign,
      ...(until !== undefined && { answersUntil: nextDay(until) }),
    };
    return [{ type: 'RecordContact', data, id, at, sum: null }];
  }
  const data = {
    responseId: id,
    kind: facts.responseKind,
    ...(facts.coupon !== undefined && { coupon: facts.coupon }),
    ...(facts.subject !== undefined && { subject: facts.subject }),
    ...campaign,
  };
  return [{ type: 'RecordResponse', data, id, at, sum: null }];
};
