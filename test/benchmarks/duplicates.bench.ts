import { ANNOUNCED, CERTAIN } from '@boucle/clients';
import { BaseKind, baseOf } from './bases.js';
import { agreeInTwo, blockingRecall, findDuplicates, Finding, qualityAbove } from './finding-duplicates.js';
import { progress, Result, result, seconds } from './measure.js';

const FILES = 100_000;
/** The thresholds were fixed on bases of another seed. */
const SEED = 'measured';
const SHARE = { full: 0.99, certain: 0.995, announced: 0.9, recall: 0.9, blocking: 0.93 };
/** Six fields with at most two homes: what a file can be compared with is bounded by its blocks. */
const MOST_COMPARED = 300;

const measured = async (kind: BaseKind, more: (base: ReturnType<typeof baseOf>, finding: Finding) => Result[]): Promise<Result[]> => {
  const base = baseOf(kind, FILES, SEED);
  let finding: Finding | null = null;
  const taken = await seconds(() => (finding = findDuplicates(base)));
  const { truth, perFile, compared } = finding!;
  progress(`${kind}: ${FILES} files, ${truth.length} pairs of one person, ${compared.length} compared in ${taken.toFixed(1)} s`);
  return [
    ...more(base, finding!),
    result(`${kind}: pairs compared per client`, perFile.reduce((sum, one) => sum + one, 0) / FILES),
    result(`${kind}: pairs compared of one client at most`, Math.max(...perFile), MOST_COMPARED, true),
    result(`${kind}: clients per second, compared in memory`, FILES / taken),
  ];
};

/** What share of the duplicates of generated bases is found, and what share of what is found is right. */
export const duplicatesBenchmark = async (): Promise<Result[]> => [
  ...(await measured('full', (_, finding) => {
    const { precision, recall } = qualityAbove(ANNOUNCED, finding);
    return [
      result('full: precision of what is announced', precision, SHARE.full),
      result('full: recall of what is announced', recall, SHARE.full),
      result('full: blocking recall', blockingRecall(finding), SHARE.blocking),
    ];
  })),
  ...(await measured('real', (base, finding) => {
    const announced = qualityAbove(ANNOUNCED, finding, ({ a, b }) => agreeInTwo(base[a], base[b]));
    const rest = qualityAbove(ANNOUNCED, finding, ({ a, b }) => !agreeInTwo(base[a], base[b]));
    const certain = qualityAbove(CERTAIN, finding);
    return [
      result('real: precision of what a rule may merge without a person', certain.precision, SHARE.certain),
      result('real: recall of that', certain.recall),
      result('real: precision of what is announced', announced.precision, SHARE.announced),
      result('real: recall of what is announced, of pairs that agree in two fields', announced.recall, SHARE.recall),
      result('real: recall of what is announced, of the other pairs', rest.recall),
      result('real: blocking recall', blockingRecall(finding), SHARE.blocking),
    ];
  })),
];
