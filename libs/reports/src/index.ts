export { KeepAnalysis } from './analysis.commands.js';
export { analysisDecider } from './analysis.decider.js';
export type { AnalysisEvent } from './analysis.events.js';
export { pageOf } from './page.js';
export { askedAgain, questionLine } from './question-line.js';
export type { AsOf, Cell, Chart, Column, Estimate, Kind, Question, Report, Table } from './report.js';
export { sheetOf, type SheetCell } from './sheet.js';
