import { DomainError } from '@boucle/eventsourcing';
import { correlationReport } from './correlation-report.js';
import { crossSell } from './cross-sell.js';
import { crosstab } from './crosstab.js';
import { influence } from './influence.js';
import { clv, potential } from './lifetime-value.js';
import { classBacktest, lifeCycleReport } from './life-cycle-report.js';
import { overview } from './overview.js';
import { portfolio } from './portfolio.js';
import { readySegments } from './ready-segments-report.js';
import { ReportMaker } from './report-maker.js';
import { rfm } from './rfm.js';
import { typology } from './typology.js';

/** Every report, in the order in which they are listed. */
export const REPORTS: readonly ReportMaker[] = [
  overview,
  readySegments,
  lifeCycleReport,
  classBacktest,
  rfm,
  portfolio,
  potential,
  crossSell,
  clv,
  crosstab,
  typology,
  influence,
  correlationReport,
];

/** The report of a name, with parameters that are its own. */
export const reportNamed = (name: string, parameters: Readonly<Record<string, string>>): ReportMaker => {
  const maker = REPORTS.find((one) => one.name === name);
  if (!maker)
    throw new DomainError('unknown-report', `There is no report ${name}; there are ${REPORTS.map((one) => one.name).join(', ')}`, 'name');
  const known = Object.keys(maker.parameters);
  const stranger = Object.keys(parameters).find((parameter) => !known.includes(parameter));
  if (stranger !== undefined)
    throw new DomainError(
      'not-asked',
      `The report ${name} knows nothing of ${stranger}${known.length > 0 ? `; it asks for ${known.join(', ')}` : ': leave it out'}`,
      stranger,
    );
  return maker;
};
