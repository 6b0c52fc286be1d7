import { csvEncoding } from '@boucle/exporting';
import { pageOf, Report, sheetOf } from '@boucle/reports';

const csv = csvEncoding({ separator: ',', byteOrderMark: true, decimal: '.' });

/** How a report is written, by format. */
export const RENDERINGS = {
  json: { type: 'application/json', write: (report: Report) => `${JSON.stringify(report, null, 2)}\n` },
  csv: {
    type: 'text/csv',
    write: (report: Report) => {
      const [title, ...rows] = sheetOf(report);
      return [csv.begin(title.map(String)), csv.rows(rows)].join('');
    },
  },
  html: { type: 'text/html', write: pageOf },
} as const;

export type ReportFormat = keyof typeof RENDERINGS;

export const REPORT_FORMATS = Object.keys(RENDERINGS) as readonly ReportFormat[];
