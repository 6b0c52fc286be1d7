import { guessMapping } from './detection.js';

const guess = (header: string, ...rows: string[]) =>
  guessMapping(
    header.split(';'),
    rows.map((row) => row.split(';')),
    {},
  );

describe('A guessed mapping', () => {
  it('knows the columns of line items, and reads the form of days and decimals from the rows', () => {
    const { mapping, unknown, open } = guess(
      'InvoiceNo;StockCode;Quantity;InvoiceDate;UnitPrice;CustomerID;Colour',
      '1;A1;2;13/12/2010 8:26;1.25;100;red',
    );
    expect(mapping).toMatchObject({ kind: 'purchases', format: { dates: 'DD/MM/YYYY', decimal: '.' } });
    expect(mapping.columns).toEqual({
      invoice: 'InvoiceNo',
      article: 'StockCode',
      quantity: 'Quantity',
      date: 'InvoiceDate',
      unitPrice: 'UnitPrice',
      client: 'CustomerID',
    });
    expect([unknown, open]).toEqual([['Colour'], ['values.currency: which currency the amounts are in']]);
  });

  it('says what must be stated because the rows fit several forms', () => {
    const { mapping, open } = guess('Kundennummer;Datum;Betrag;Währung', '1;1/12/2010;1.234;EUR', '1;2/12/2010;1.234;EUR');
    expect(mapping.format).toEqual({});
    expect(open).toEqual(['format.dates: DD/MM/YYYY or MM/DD/YYYY; the first rows fit all of them']);
  });

  it('knows people in several languages', () => {
    const { mapping, open } = guess(
      'N° client;Nom;Prénom;Date de naissance;Code postal;Ville;Téléphone;E-mail',
      '1;Roux;Anne;1.2.1980;01000;Bourg;0612345678;a@b.fr',
    );
    expect(mapping.kind).toBe('clients');
    expect(Object.keys(mapping.columns).sort()).toEqual([
      'birthDate',
      'client',
      'email',
      'firstName',
      'lastName',
      'locality',
      'phone',
      'postalCode',
    ]);
    expect(open).toEqual([]);
  });
});
