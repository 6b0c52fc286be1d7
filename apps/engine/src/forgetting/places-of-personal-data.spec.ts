import { projections } from '../processors.js';
import { placesOfPersonalData, Surroundings } from './places-of-personal-data.js';

const places = placesOfPersonalData({} as Surroundings);

/** Read models in which nothing leads to a client but his id: whoever adds one says so here, or names it among the places. */
const IMPERSONAL = [
  ...['campaigns', 'decisions', 'erasures', 'erasure-proposals', 'field-changes', 'wave-results', 'webhooks'],
  ...['calendars', 'companies', 'households', 'points-of-sale', 'salespeople', 'suppression-lists', 'suppressions', 'views'],
  ...[
    'article-mentions',
    'articles',
    'class-changes',
    'day-rates',
    'anonymous-sales',
    'exports',
    'imports',
    'external-files',
    'histories',
    'client-sample',
    'rented-files',
  ],
  ...['scores', 'scorings', 'segments', 'segment-members', 'client-segments'],
];

describe('the places of personal data', () => {
  it('name every read model in which a person stands', () => {
    const named = places.flatMap(({ readModel }) => readModel ?? []);
    expect([...IMPERSONAL, ...named].sort()).toEqual(projections.map(({ projection }) => projection.name).sort());
  });

  it('are named once, and say what becomes of him there', () => {
    expect(new Set(places.map(({ name }) => name)).size).toBe(places.length);
    for (const { says } of places) expect(says).toMatch(/^\S.*[^.]\.$/);
  });

  it('look for him where his data is needed before his key is destroyed', () => {
    const names = places.map(({ name }) => name);
    expect(names.indexOf('files')).toBeLessThan(names.indexOf('log'));
  });
});
