import { chartSvg } from './chart.js';
import { askedAgain, questionLine } from './question-line.js';
import { Chart, Column, Report, Table } from './report.js';
import { wording } from './wording.js';

const MARKS: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' };
const escaped = (text: string): string => text.replace(/[&<>"']/g, (mark) => MARKS[mark]);

const STYLE = `
body { font: 11pt/1.45 Georgia, serif; color: #000; background: #fff; max-width: 52rem; margin: 2rem auto; padding: 0 1rem; }
h1 { font-size: 1.6rem; margin: 0 0 .3rem; } h2 { font-size: 1.15rem; margin: 1.6rem 0 .4rem; }
p.question { font-family: monospace; font-size: 9pt; margin: 0 0 1rem; overflow-wrap: anywhere; }
figure { margin: 1rem 0; } svg { max-width: 100%; height: auto; }
table { border-collapse: collapse; width: 100%; font-size: 10pt; } caption, figcaption { text-align: left; font-weight: bold; padding: .3rem 0; }
th, td { border-bottom: 1px solid #999; padding: .2rem .5rem; text-align: left; vertical-align: top; }
thead th { border-bottom: 2px solid #000; } .figure { text-align: right; font-variant-numeric: tabular-nums; }
p.note { font-size: 9.5pt; margin: .3rem 0; }
@media print { @page { margin: 18mm; } body { margin: 0; max-width: none; } thead { display: table-header-group; } tr, figure { break-inside: avoid; } h2 { break-after: avoid; } }`;

const isFigure = ({ kind }: Column): boolean => kind !== 'text' && kind !== 'date';
const classOf = (column: Column): string => (isFigure(column) ? ' class="figure"' : '');

/** The first column names its row. */
const row = (columns: readonly Column[], cells: Table['rows'][number]): string => {
  const texts = columns.map((column, n) => {
    const text = escaped(wording(column, cells[column.name] ?? null));
    return n === 0 ? `<th scope="row"${classOf(column)}>${text}</th>` : `<td${classOf(column)}>${text}</td>`;
  });
  return `<tr>${texts.join('')}</tr>`;
};

const tableHtml = ({ title, columns, rows, note }: Table): string => {
  const head = columns.map((column) => `<th scope="col"${classOf(column)}>${escaped(column.label)}</th>`).join('');
  const body = rows.map((cells) => row(columns, cells)).join('\n');
  const remark = note === undefined ? '' : `\n<p class="note">${escaped(note)}</p>`;
  return `<table>\n<caption>${escaped(title)}</caption>\n<thead><tr>${head}</tr></thead>\n<tbody>\n${body}\n</tbody>\n</table>${remark}`;
};

const chartHtml = (chart: Chart, table: Table, n: number): string => {
  const title = escaped(chart.title);
  return `<figure role="img" aria-label="${title}; the figures stand in the table ${escaped(table.title)}">
<figcaption>${title}</figcaption>
${chartSvg(chart, table, `chart-${n}`)}
</figure>`;
};

/** Tables with the charts that are drawn of them; a table without rows says so. */
const section = (table: Table, charts: readonly Chart[], first: number): string => {
  if (table.rows.length === 0) return `<h2>${escaped(table.title)}</h2>\n<p>Nobody to tell of.</p>`;
  return [...charts.map((chart, n) => chartHtml(chart, table, first + n)), tableHtml(table)].join('\n');
};

const leftOutText = (leftOut: Report['leftOut']): string => {
  const reasons = Object.entries(leftOut).map(([reason, count]) => `${count.toLocaleString('en')} ${reason}`);
  return reasons.length === 0 ? 'Nobody was left out.' : `Left out: ${reasons.join(', ')}.`;
};

/** A report as one page that needs nothing else, runs no script and can be printed in black and white. */
export const pageOf = (report: Report): string => {
  const { title, question, counted, leftOut, findings, tables, charts } = report;
  const sections = tables.map((table, n) => {
    const own = charts.filter((chart) => chart.table === table.name);
    const before = charts.filter((chart) => tables.slice(0, n).some(({ name }) => name === chart.table)).length;
    return section(table, own, before);
  });
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<meta name="viewport" content="width=device-width">
<title>${escaped(title)}</title>
<style>${STYLE}
</style>
</head>
<body>
<main>
<h1>${escaped(title)}</h1>
<p class="question">${escaped(questionLine(question))}<br>Asked again by: ${escaped(askedAgain(report))}</p>
<p>${counted.toLocaleString('en')} people counted. ${escaped(leftOutText(leftOut))}</p>
${findings.map((finding) => `<p>${escaped(finding)}</p>`).join('\n')}
${sections.join('\n')}
</main>
</body>
</html>
`;
};
