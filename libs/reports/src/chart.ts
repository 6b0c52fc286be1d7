import { EChartsOption, init } from 'echarts';
import { Cell, Chart, Column, Table } from './report.js';
import { isEstimate, wording } from './wording.js';

const WIDTH = 720;
const HEIGHT = 320;
const ROW_HEIGHT = 26;
const MARGIN = 70;
/** What a letter of a label takes at most, whichever font the reader has. */
const LETTER = 7.5;
const WIDEST = 240;
const SLANT = 40;
const INK = '#222';
/** Told apart on paper without colours: by brightness, and by what they are filled or dashed with. */
const GREYS = ['#33506e', '#c7d3df', '#7b93ab', '#e7ecf1', '#55728e'];
const LINES = ['#22384f', '#6b7f93', '#33506e'];
const DASHES = ['solid', 'dashed', 'dotted'] as const;
const SYMBOLS = ['circle', 'rect', 'triangle'] as const;

type Series = EChartsOption['series'];

const plain = (cell: Cell = null): string | number | null => (isEstimate(cell) ? cell.value : cell);

/** Figures as they are read along an axis: money in units, shares in percent. */
const scaled = ({ kind }: Column, cell: Cell | undefined): number | null => {
  const value = plain(cell);
  if (typeof value !== 'number') return null;
  if (kind === 'money') return value / 100;
  return kind === 'share' || kind === 'rate' ? value * 100 : value;
};

const unitOf = (column: Column): string => {
  if (column.kind === 'money') return `${column.label} (${column.currency})`;
  return column.kind === 'share' || column.kind === 'rate' ? `${column.label} (%)` : column.label;
};

const style = { color: INK, fontFamily: 'Arial, Helvetica, sans-serif', fontSize: 12 };
const axis = { axisLabel: { ...style, hideOverlap: true }, axisLine: { show: true, lineStyle: { color: INK } }, nameTextStyle: style };
const named = { nameLocation: 'middle', nameGap: 46 } as const;
const below = { nameLocation: 'middle', nameGap: 30 } as const;

const longest = (labels: readonly string[]): number => Math.max(0, ...labels.map((label) => label.length)) * LETTER;

/** Rows one under the other, each named, in two lines where need be. */
const names = (labels: readonly string[]) => ({
  type: 'category' as const,
  inverse: true,
  data: [...labels],
  ...axis,
  axisLabel: { ...style, interval: 0, width: Math.min(WIDEST, longest(labels)), overflow: 'break' as const, lineHeight: 13 },
});

/** Names of columns that do not fit side by side are written aslant. */
const isSlanted = (y: readonly Column[]): boolean => longest(y.map(({ label }) => label)) > (0.7 * WIDTH) / y.length;

/** How surely the bars are as long as they are, where that is known. */
const intervals = (rows: Table['rows'], y: readonly Column[]): Series =>
  y.flatMap((column, n) => {
    const data = rows.flatMap((row, at) => {
      const cell = row[column.name] ?? null;
      return isEstimate(cell) ? [[scaled(column, cell.low)!, scaled(column, cell.high)!, at]] : [];
    });
    if (data.length === 0) return [];
    return {
      type: 'custom' as const,
      data,
      encode: { x: [0, 1], y: 2 },
      z: 10,
      tooltip: { show: false },
      renderItem: (_, api) => {
        const bar = api.barLayout({ count: y.length, barMaxWidth: ROW_HEIGHT })![n];
        const [[x1, middle], [x2]] = [0, 1].map((end) => api.coord([api.value(end), api.value(2)]));
        const at = middle + bar.offsetCenter;
        const line = (x1: number, y1: number, x2: number, y2: number) => ({
          type: 'line' as const,
          shape: { x1, y1, x2, y2 },
          style: { stroke: '#000', lineWidth: 1.5 },
        });
        return { type: 'group', children: [line(x1, at, x2, at), line(x1, at - 4, x1, at + 4), line(x2, at - 4, x2, at + 4)] };
      },
    };
  });

/** The figure beside a bar: money without cents, which its axis names. */
const beside = (column: Column, cell: Cell): string =>
  column.kind === 'money' && typeof cell === 'number' ? Math.round(cell / 100).toLocaleString('en') : wording(column, cell);

/** Bars one under the other, so that each has its name and its figure beside it. */
const bars = (rows: Table['rows'], x: Column, y: readonly Column[]): EChartsOption => ({
  grid: { left: 30, right: 90, top: y.length > 1 ? 40 : 10, bottom: 50, containLabel: true },
  yAxis: names(rows.map((row) => wording(x, row[x.name] ?? null))),
  xAxis: { type: 'value', name: y.length === 1 ? unitOf(y[0]) : '', ...below, ...axis },
  series: [
    ...y.map((column) => ({
      type: 'bar' as const,
      name: unitOf(column),
      barMaxWidth: ROW_HEIGHT,
      itemStyle: { borderColor: INK, borderWidth: 0.5 },
      data: rows.map((row) => {
        const cell = row[column.name] ?? null;
        const label = { ...style, show: !isEstimate(cell), position: 'right' as const, formatter: () => beside(column, cell) };
        return { value: scaled(column, cell), label };
      }),
    })),
    ...(intervals(rows, y) as []),
  ],
});

const line = (rows: Table['rows'], x: Column, y: readonly Column[]): EChartsOption => ({
  color: LINES,
  xAxis: { type: 'category', data: rows.map((row) => wording(x, row[x.name] ?? null)), name: x.label, ...below, ...axis },
  yAxis: { type: 'value', name: y.length === 1 ? unitOf(y[0]) : '', ...named, ...axis },
  series: y.map((column, n) => ({
    type: 'line',
    name: unitOf(column),
    data: rows.map((row) => scaled(column, row[column.name])),
    lineStyle: { type: DASHES[n % DASHES.length], width: 2 },
    symbol: SYMBOLS[n % SYMBOLS.length],
    symbolSize: 6,
  })),
});

/** White on what is darker than this share of the way to the darkest: there ink is read no more. */
const DARK = 0.65;

const heat = (rows: Table['rows'], x: Column, y: readonly Column[]): EChartsOption => {
  const cells = rows.flatMap((row, n) => y.map((column, m) => [m, n, plain(row[column.name])] as const));
  // what is below nought is as strong as what is as far above
  const strength = (value: unknown): number => (typeof value === 'number' ? Math.abs(value) : 0);
  const most = Math.max(...cells.map(([, , value]) => strength(value))) || 1;
  const labels = y.map(({ label }) => label);
  return {
    grid: { left: 30, right: 20, top: 10, bottom: 20, containLabel: true },
    xAxis: { type: 'category', data: labels, ...axis, axisLabel: { ...style, interval: 0, rotate: isSlanted(y) ? SLANT : 0 } },
    yAxis: names(rows.map((row) => wording(x, row[x.name] ?? null))),
    visualMap: { show: false, dimension: 3, min: 0, max: most, inRange: { color: ['#ffffff', '#33506e'] } },
    series: [
      {
        type: 'heatmap',
        itemStyle: { borderColor: INK, borderWidth: 0.5 },
        data: cells.map(([m, n, value]) => ({
          value: [m, n, strength(value), strength(value)],
          label: { ...style, show: true, color: strength(value) > DARK * most ? '#fff' : INK, formatter: () => wording(y[m], value) },
        })),
      },
    ],
  };
};

const scatter = (rows: Table['rows'], x: Column, y: readonly Column[]): EChartsOption => ({
  xAxis: { type: 'value', name: unitOf(x), ...below, ...axis },
  yAxis: { type: 'value', name: y.length === 1 ? unitOf(y[0]) : '', ...named, ...axis },
  series: y.map((column, n) => ({
    type: 'scatter',
    name: unitOf(column),
    symbol: SYMBOLS[n % SYMBOLS.length],
    symbolSize: 7,
    data: rows.map((row) => [scaled(x, row[x.name]) ?? '-', scaled(column, row[column.name]) ?? '-']),
  })),
});

const DRAWN = { bar: bars, line, heat, scatter } as const;

const heightOf = (kind: Chart['kind'], rows: number, y: readonly Column[]): number => {
  if (kind === 'bar') return MARGIN + (ROW_HEIGHT * y.length + 6) * rows;
  if (kind !== 'heat') return HEIGHT;
  const slanted = isSlanted(y) ? longest(y.map(({ label }) => label)) * Math.sin((SLANT * Math.PI) / 180) : 0;
  return MARGIN + ROW_HEIGHT * rows + Math.ceil(slanted);
};

/** The drawing counts its pictures and styles what a mouse is over: paper needs neither, and the same report is the same bytes. */
const still = (svg: string, prefix: string): string =>
  svg
    .replace(/<style >[\s\S]*?<\/style>\n?/g, '')
    .replace(/ class="zr\d+-cls-\d+"| ecmeta_\w+="[^"]*"/g, '')
    .replace(/( id="| href="#|url\(#)zr\d+-/g, `$1${prefix}-`);

/** A chart as SVG, without scripts; `prefix` keeps the ids of several in one page apart. */
export const chartSvg = ({ kind, x, y }: Pick<Chart, 'kind' | 'x' | 'y'>, { columns, rows }: Table, prefix: string): string => {
  const column = (name: string): Column => columns.find((one) => one.name === name)!;
  const drawn = y.map(column);
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height: heightOf(kind, rows.length, drawn) });
  try {
    drawing.setOption({
      animation: false,
      color: GREYS,
      aria: { enabled: true, decal: { show: kind === 'bar' && y.length > 1 } },
      grid: { left: 70, right: 20, top: 40, bottom: 50 },
      ...(kind !== 'heat' && y.length > 1 && { legend: { top: 0, itemGap: 60, textStyle: style } }),
      ...DRAWN[kind](rows, column(x), drawn),
    });
    return still(drawing.renderToSVGString(), prefix);
  } finally {
    drawing.dispose();
  }
};
