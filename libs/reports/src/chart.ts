import { EChartsOption, init } from 'echarts';
import { Cell, Chart, Column, Table } from './report.js';
import { isEstimate, wording } from './wording.js';

const WIDTH = 720;
const HEIGHT = 320;
const ROW_HEIGHT = 26;
const MARGIN = 120;
const INK = '#222';
/** Told apart on paper without colours: by brightness, and by what they are filled or dashed with. */
const GREYS = ['#33506e', '#c7d3df', '#7b93ab', '#e7ecf1', '#55728e'];
const DASHES = ['solid', 'dashed', 'dotted'] as const;

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

const style = { color: INK, fontFamily: 'sans-serif', fontSize: 12 };
const axis = { axisLabel: { ...style, hideOverlap: true }, axisLine: { show: true, lineStyle: { color: INK } }, nameTextStyle: style };
const named = { nameLocation: 'middle', nameGap: 46 } as const;

const seriesOf = (kind: 'bar' | 'line', rows: Table['rows'], y: readonly Column[]): Series =>
  y.map((column, n) => ({
    type: kind,
    name: unitOf(column),
    data: rows.map((row) => scaled(column, row[column.name])),
    ...(kind === 'line' && { lineStyle: { type: DASHES[n % DASHES.length], width: 2 }, symbolSize: 5 }),
    ...(kind === 'bar' && { itemStyle: { borderColor: INK, borderWidth: 0.5 } }),
  }));

const heat = (rows: Table['rows'], x: Column, y: readonly Column[]): EChartsOption => {
  const values = rows.flatMap((row, n) => y.map((column, m) => [m, n, plain(row[column.name])] as const));
  const numbers = values.flatMap(([, , value]) => (typeof value === 'number' ? [value] : []));
  const [least, most] = [Math.min(...numbers, 0), Math.max(...numbers, 0)];
  // ink on the bright half, white on the dark one
  const isDark = (value: unknown): boolean => typeof value === 'number' && value > (least + most) / 2;
  return {
    xAxis: { type: 'category', data: y.map(({ label }) => label), ...axis },
    yAxis: { type: 'category', inverse: true, data: rows.map((row) => wording(x, row[x.name] ?? null)), ...axis },
    visualMap: { show: false, min: least, max: most > least ? most : least + 1, inRange: { color: ['#ffffff', '#33506e'] } },
    series: [
      {
        type: 'heatmap',
        itemStyle: { borderColor: INK, borderWidth: 0.5 },
        data: values.map(([m, n, value]) => ({
          value: [m, n, value ?? '-'],
          label: { show: true, color: isDark(value) ? '#fff' : INK, formatter: () => wording(y[m], value) },
        })),
      },
    ],
  };
};

const optionOf = (kind: Chart['kind'], rows: Table['rows'], x: Column, y: readonly Column[]): EChartsOption => {
  const legend = y.length > 1 ? { legend: { top: 0, textStyle: style } } : {};
  const value = { type: 'value' as const, name: y.length === 1 ? unitOf(y[0]) : '', ...named, ...axis };
  if (kind === 'heat') return heat(rows, x, y);
  if (kind === 'scatter')
    return {
      ...legend,
      xAxis: { type: 'value', name: unitOf(x), nameLocation: 'middle', nameGap: 30, ...axis },
      yAxis: value,
      series: y.map((column) => ({
        type: 'scatter',
        name: unitOf(column),
        symbolSize: 7,
        data: rows.map((row) => [scaled(x, row[x.name]) ?? '-', scaled(column, row[column.name]) ?? '-']),
      })),
    };
  const labels = rows.map((row) => wording(x, row[x.name] ?? null));
  return {
    ...legend,
    xAxis: { type: 'category', data: labels, name: x.label, nameLocation: 'middle', nameGap: 30, ...axis },
    yAxis: value,
    series: seriesOf(kind, rows, y),
  };
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
  const height = kind === 'heat' ? MARGIN + ROW_HEIGHT * rows.length : HEIGHT;
  const drawing = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    const option = optionOf(kind, rows, column(x), y.map(column));
    const decal = { show: kind === 'bar' && y.length > 1 };
    drawing.setOption({
      animation: false,
      color: GREYS,
      aria: { enabled: true, decal },
      grid: { left: 70, right: 20, top: 40, bottom: 50, containLabel: kind === 'heat' },
      ...option,
    });
    return still(drawing.renderToSVGString(), prefix);
  } finally {
    drawing.dispose();
  }
};
