import { DomainError } from '@boucle/eventsourcing';
import { lineAmount, sumOf } from './money.js';
import { LineFields } from './purchase.commands.js';
import { PurchaseLine } from './purchase.events.js';

const wrongLine = (field: string, message: string): DomainError => new DomainError('wrong-line', `${field}: ${message}`, field);

const checkedLine = (line: LineFields, n: number): PurchaseLine => {
  const { articleId = null, variantId, text, quantity, unitPrice, amount: stated, promotion, coupon, gift } = line;
  const place = `lines[${n}]`;
  if (articleId === null && text === undefined) throw wrongLine(place, 'state the articleId, or a text where it is not known');
  const price = lineAmount(quantity, unitPrice);
  if (price === null)
    throw wrongLine(`${place}.quantity`, `${quantity} × ${unitPrice} has no exact amount: state at most three decimals, and less of it`);
  const amount = gift ? 0 : price;
  if (stated !== undefined && stated !== amount)
    throw wrongLine(`${place}.amount`, `${gift ? 'a gift' : `${quantity} × ${unitPrice}`} comes to ${amount}, not to ${stated}`);
  return {
    articleId,
    ...(variantId && { variantId }),
    ...(text && { text }),
    quantity,
    unitPrice,
    amount,
    ...(promotion && { promotion }),
    ...(coupon && { coupon }),
    ...(gift && { gift }),
  };
};

/** Lines with what each comes to; refused, by its place, if one of them cannot be. */
export const checkedLines = (lines: readonly LineFields[]): readonly PurchaseLine[] => lines.map(checkedLine);

/** What lines come to less a discount. */
export const totalOf = (lines: readonly PurchaseLine[], discount = 0): number => {
  const total = sumOf([...lines.map(({ amount }) => amount), -discount]);
  if (total === null) throw wrongLine('lines', 'together they are more than a number holds exactly');
  return total;
};

/** Refuses an amount that is not what its lines come to, each of them named. */
export const mustComeTo = (amount: number, lines: readonly PurchaseLine[], discount = 0): void => {
  const total = totalOf(lines, discount);
  if (total === amount) return;
  const parts = lines.map((line, n) => `lines[${n}] ${line.amount}`).join(', ');
  const less = discount > 0 ? `, less the discount ${discount}` : '';
  throw new DomainError('wrong-total', `amount is ${amount}, but the lines come to ${total}: ${parts}${less}`, 'amount');
};
