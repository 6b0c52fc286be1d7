import { closeSync, openSync, writeSync } from 'node:fs';
import { randomStream } from '@boucle/targeting';

/** What a file of line items comes to. */
export interface ShopFile {
  readonly rows: number;
  /** Different clients. */
  readonly clients: number;
  /** Rows that name none. */
  readonly anonymous: number;
  /** Net, in cents, by month. */
  readonly months: Readonly<Record<string, number>>;
}

const HEADER = 'InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n';
const MINUTE = 60_000;

/** Writes line items as a shop keeps them: several to an invoice, cancellations below nought, some to nobody known; the same rows and seed give the same bytes. */
export const writeShopFile = (path: string, rows: number, seed = 'shop'): ShopFile => {
  const random = randomStream('shop-file', seed, rows);
  const whole = (least: number, most: number): number => least + Math.floor(random.uniform() * (most - least + 1));
  const months: Record<string, number> = {};
  const clients = new Set<number>();
  const file = openSync(path, 'w');
  let [written, anonymous, invoice, text] = [0, 0, 536_365, HEADER];
  let at = Date.parse('2010-12-01T08:26:00Z');
  while (written < rows) {
    const nobody = random.uniform() < 0.2;
    const cancelled = random.uniform() < 0.05;
    const client = whole(1, Math.max(10, rows / 20));
    const number = `${cancelled ? 'C' : ''}${invoice++}`;
    at += whole(1, 12) * MINUTE;
    const [day, time] = new Date(at).toISOString().split('T');
    const [y, m, d] = day.split('-');
    for (let line = whole(1, 20); line > 0 && written < rows; line--) {
      const quantity = whole(1, 12) * (cancelled ? -1 : 1);
      const price = whole(10, 2000);
      const description = line % 7 === 0 ? '"MUG, ""BLUE"""' : `ARTICLE ${line}`;
      const who = nobody ? '' : String(10_000 + client);
      text += `${number},${whole(10_000, 90_000)}A,${description},${quantity},${Number(d)}/${Number(m)}/${y} ${time.slice(0, 5)},${(price / 100).toFixed(2)},${who},United Kingdom\n`;
      months[`${y}-${m}`] = (months[`${y}-${m}`] ?? 0) + quantity * price;
      if (nobody) anonymous++;
      else clients.add(client);
      written++;
    }
    if (text.length > 1_000_000) {
      writeSync(file, text);
      text = '';
    }
  }
  writeSync(file, text);
  closeSync(file);
  return { rows, clients: clients.size, anonymous, months };
};
