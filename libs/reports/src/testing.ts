import { Report } from './report.js';

/** A report with a column of every kind and a chart of every kind. */
export const aReport: Report = {
  name: 'areas',
  title: 'Areas & <regions>',
  question: {
    rule: 'areas version 1',
    asOf: { position: 1234, date: '2026-03-01', sense: 'true', at: '2026-03-01T22:59:59.999Z' },
    seed: 7,
    parameters: { currency: 'CHF' },
  },
  counted: 1500,
  leftOut: { 'object to profiling': 12, 'no address': 3 },
  findings: ['The north buys more often.'],
  tables: [
    {
      name: 'areas',
      title: 'By area',
      columns: [
        { name: 'area', label: 'Area', kind: 'text' },
        { name: 'since', label: 'Since', kind: 'date' },
        { name: 'clients', label: 'Clients', kind: 'count' },
        { name: 'share', label: 'Share', kind: 'share' },
        { name: 'turnover', label: 'Turnover', kind: 'money', currency: 'CHF' },
        { name: 'rate', label: 'Response rate', kind: 'rate' },
        { name: 'effect', label: 'Effect', kind: 'estimate', digits: 1 },
        { name: 'gap', label: 'Mean gap', kind: 'number', digits: 0 },
      ],
      rows: [
        {
          area: '=north "<b>"',
          since: '2025-01-01',
          clients: 1200,
          share: 0.8,
          turnover: 123456,
          rate: { value: 0.125, low: 0.1, high: 0.15 },
          effect: { value: 1.25, low: -0.5, high: 3 },
          gap: 76.6,
        },
        { area: 'south', clients: 300, share: 0.2, turnover: -50, rate: null, effect: null, gap: 10 },
      ],
      note: 'Areas & places.',
    },
    { name: 'empty', title: 'Nothing here', columns: [{ name: 'area', label: 'Area', kind: 'text' }], rows: [] },
  ],
  charts: [
    { kind: 'bar', title: 'Clients by area', table: 'areas', x: 'area', y: ['clients', 'gap'] },
    { kind: 'line', title: 'Rate by area', table: 'areas', x: 'area', y: ['rate'] },
    { kind: 'heat', title: 'Figures by area', table: 'areas', x: 'area', y: ['share', 'rate'] },
    { kind: 'scatter', title: 'Clients and turnover', table: 'areas', x: 'clients', y: ['turnover'] },
  ],
};
