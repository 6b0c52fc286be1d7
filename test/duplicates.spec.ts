import { ANNOUNCED, CERTAIN } from '@boucle/clients';
import { BaseKind, baseOf } from './benchmarks/bases.js';
import { agreeInTwo, blockingRecall, findDuplicates, qualityAbove } from './benchmarks/finding-duplicates.js';

const SIZE = 4_000;

const found = (kind: BaseKind) => {
  const base = baseOf(kind, SIZE, 'spec');
  return { base, finding: findDuplicates(base) };
};

describe('in a base of full files with one change', () => {
  const { finding } = found('full');

  it('whoever is announced is one person, and whoever is one is announced', () => {
    const { precision, recall } = qualityAbove(ANNOUNCED, finding);
    expect([precision, recall].map((share) => share >= 0.99)).toEqual([true, true]);
  });
});

describe('in a base as bases are', () => {
  const { base, finding } = found('real');

  it('what is merged without a person is right', () => expect(qualityAbove(CERTAIN, finding).precision).toBeGreaterThanOrEqual(0.995));

  it('what is announced is mostly right, and is what agrees in two things', () => {
    const { precision, recall } = qualityAbove(ANNOUNCED, finding, ({ a, b }) => agreeInTwo(base[a], base[b]));
    expect(precision).toBeGreaterThanOrEqual(0.9);
    expect(recall).toBeGreaterThanOrEqual(0.9);
  });

  it('few files are compared, and nearly all that are of one person', () => {
    expect(blockingRecall(finding)).toBeGreaterThanOrEqual(0.93);
    expect(Math.max(...finding.perFile)).toBeLessThan(300);
  });
});
