import { Decider, DomainError } from '@boucle/eventsourcing';
import { EnterAreaFigures, InstallAreaStatistics, RemoveAreaStatistics } from './area-statistics.commands.js';
import { AreaFigure, AreaStatisticsEvent, FiguresOf } from './area-statistics.events.js';

/** The figures of a source and a year. */
export interface AreaTable extends FiguresOf {
  readonly edition: string;
  readonly installedAt: string;
  readonly figures: readonly AreaFigure[];
}

/** The tables that count, in order of source and year, and the parts of one that is coming in. */
export interface AreaStatistics {
  readonly installed: readonly AreaTable[];
  readonly entering: { readonly edition: string; readonly parts: Readonly<Record<number, readonly AreaFigure[]>> } | null;
}

/** All tables are one stream: few and slow, and an engine that starts knows them after one read. */
export const AREA_STATISTICS_STREAM = 'area-statistics';

const commands = { EnterAreaFigures, InstallAreaStatistics, RemoveAreaStatistics };

const isInstalled = ({ installed }: AreaStatistics, edition: string): boolean => installed.some((table) => table.edition === edition);

const figuresOf = ({ entering }: AreaStatistics, edition: string): readonly AreaFigure[] =>
  entering?.edition === edition ? Object.values(entering.parts).flat() : [];

const without = (installed: readonly AreaTable[], { source, year }: FiguresOf): readonly AreaTable[] =>
  installed.filter((table) => table.source !== source || table.year !== year);

const nameOf = ({ source, year }: FiguresOf): string => `${source}/${year}`;

export const areaStatisticsDecider: Decider<AreaStatistics, typeof commands, AreaStatisticsEvent> = {
  commands,
  stream: () => AREA_STATISTICS_STREAM,
  initial: { installed: [], entering: null },
  decide: {
    EnterAreaFigures: (statistics, { edition, part, figures }) => {
      const isThere = statistics.entering?.edition === edition && statistics.entering.parts[part] !== undefined;
      return isInstalled(statistics, edition) || isThere ? [] : [{ type: 'AreaFiguresEntered', data: { edition, part, figures } }];
    },
    InstallAreaStatistics: (statistics, { edition, source, year }) => {
      if (isInstalled(statistics, edition)) return [];
      const figures = figuresOf(statistics, edition).length;
      if (figures === 0) throw new DomainError('empty-list', 'The file holds no figure: check that it is the right one', 'file');
      return [{ type: 'AreaStatisticsInstalled', data: { edition, source, year, figures } }];
    },
    RemoveAreaStatistics: ({ installed }, { source, year }) => {
      const table = installed.find((one) => one.source === source && one.year === year);
      return table ? [{ type: 'AreaStatisticsRemoved', data: { edition: table.edition, source, year } }] : [];
    },
  },
  evolve: {
    AreaFiguresEntered: (statistics, { edition, part, figures }) => {
      const parts = statistics.entering?.edition === edition ? statistics.entering.parts : {};
      return { ...statistics, entering: { edition, parts: { ...parts, [part]: figures } } };
    },
    AreaStatisticsInstalled: (statistics, { edition, source, year }, at) => {
      const table = { edition, source, year, installedAt: at, figures: figuresOf(statistics, edition) };
      const installed = [...without(statistics.installed, table), table];
      return { installed: installed.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1)), entering: null };
    },
    AreaStatisticsRemoved: (statistics, removed) => ({ ...statistics, installed: without(statistics.installed, removed) }),
  },
};
