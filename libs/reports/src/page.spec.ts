import { pageOf } from './page.js';
import { Report } from './report.js';
import { aReport } from './testing.js';

const HOSTILE = `"><script>alert('x')</script><img src="https://example.org/x">`;

/** The report with this text everywhere a text can stand. */
const saying = (text: string): Report => ({
  ...aReport,
  title: text,
  question: { ...aReport.question, rule: text, parameters: { where: text } },
  leftOut: { [text]: 1 },
  findings: [text],
  tables: aReport.tables.map((table) => ({
    ...table,
    title: text,
    note: text,
    columns: table.columns.map((column) => ({ ...column, label: text })),
    rows: table.rows.map((row) => ({ ...row, area: text })),
  })),
  charts: aReport.charts.map((chart) => ({ ...chart, title: text })),
});

describe('A page of a report', () => {
  const page = pageOf(aReport);

  it('says what was asked, who is in it and who is not', () => {
    expect(page).toContain(
      'areas version 1 · position 1234 · on 2026-03-01 · as it was that day, by all that we know · seed 7 · currency=CHF',
    );
    expect(page).toContain('1,500 people counted. Left out: 12 object to profiling, 3 no address.');
    expect(pageOf({ ...aReport, leftOut: {} })).toContain('Nobody was left out.');
  });

  it('writes every kind of cell as people read it', () => {
    const [, first, second] = /<tbody>\n(.*)\n(.*)\n<\/tbody>/.exec(page)!;
    const texts = (row: string): string[] => [...row.matchAll(/<t[hd][^>]*>(.*?)<\/t[hd]>/g)].map(([, text]) => text);
    expect(texts(first)).toEqual([
      ...['=north &quot;&lt;b&gt;&quot;', '2025-01-01', '1,200', '80.0%', '1,234.56 CHF'],
      ...['12.5% (10.0% to 15.0%)', '1.3 (-0.5 to 3.0)', '77'],
    ]);
    expect(texts(second)).toEqual(['south', '–', '300', '20.0%', '-0.50 CHF', '–', '–', '10']);
  });

  it('says of a table without rows that there is nobody', () => expect(page).toContain('<h2>Nothing here</h2>\n<p>Nobody to tell of.</p>'));

  it('draws each chart above its table, with a name for who cannot see it', () => {
    expect(page.match(/<svg /g)).toHaveLength(4);
    expect(page.lastIndexOf('</svg>')).toBeLessThan(page.indexOf('<caption>By area'));
    expect(page).toContain('<figure role="img" aria-label="Clients by area; the figures stand in the table By area">');
  });

  it('gives no id twice, and refers to none that is not there', () => {
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
    const referred = [...page.matchAll(/url\(#([^)]+)\)/g)].map(([, id]) => id);
    expect(ids.length).toBeGreaterThan(0);
    expect(new Set(ids).size).toBe(ids.length);
    expect(referred.filter((id) => !ids.includes(id))).toEqual([]);
  });

  it('is the same bytes each time', () => expect(pageOf(aReport)).toBe(page));

  it('runs no script, loads nothing and says texts as texts', () => {
    const hostile = pageOf(saying(HOSTILE));
    expect(hostile).not.toMatch(/<(script|img|link|iframe|object)\b/i);
    expect(hostile).not.toMatch(/\s(src|href|on\w+)=["']/i);
    expect(hostile).toContain('&lt;script&gt;');
  });
});
