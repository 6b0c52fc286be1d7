import { Table } from '@boucle/reports';
import { deciles } from '@boucle/targeting';

/** What each tenth of the clients stands for, the best first; `label` names what they bring, in cents. */
export const tenthsOf = (sorted: Float64Array, title: string, label: string, currency: string): Table => ({
  name: 'deciles',
  title,
  columns: [
    { name: 'tenth', label: 'Tenth', kind: 'text' },
    { name: 'clients', label: 'Clients', kind: 'count' },
    { name: 'total', label, kind: 'money', currency },
    { name: 'share', label: 'Share', kind: 'share' },
    { name: 'cumulativeShare', label: 'Share so far', kind: 'share' },
  ],
  rows: deciles(sorted).map((tenth, n) => ({ tenth: `${n + 1}`, ...tenth })),
});
