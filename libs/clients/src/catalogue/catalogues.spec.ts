import { Catalogues, FIRST_CATALOGUES, misfitCode, misfitOf, misfitOrigin } from './catalogues.js';
import { PersonChanges } from '../person/person.events.js';

const labels = { en: 'x' };
const catalogues: Catalogues = {
  entries: { ...FIRST_CATALOGUES.entries, club: { gold: { labels, retired: false }, lead: { labels, retired: true } } },
  fields: {
    club: { kind: 'code', labels, retired: false },
    shoeSize: { kind: 'number', labels, retired: false },
    member: { kind: 'flag', labels, retired: false },
    joined: { kind: 'day', labels, retired: false },
    fax: { kind: 'number', labels, retired: true },
  },
};

describe('what is said about a person', () => {
  it.each<PersonChanges>([
    {},
    { firstName: 'Anna', profession: 'teacher', language: 'de' },
    { profession: null, fields: { fax: null, club: 'gold', shoeSize: 42.5, member: false, joined: '2024-02-29' } },
  ])('is known: %j', (person) => expect(misfitOf(catalogues, person)).toBeNull());

  it.each<[PersonChanges, string, string]>([
    [{ profession: 'wizard' }, 'person.profession', 'employee, executive'],
    [{ language: 'toString' }, 'person.language', 'de, fr'],
    [{ fields: { club: 'lead' } }, 'person.fields.club', '(gold)'],
    [{ fields: { fax: 1 } }, 'person.fields.fax', 'no custom field fax'],
    [{ fields: { hat: 'red' } }, 'person.fields.hat', 'no custom field hat'],
    [{ fields: { shoeSize: '42' } }, 'person.fields.shoeSize', 'must be a number'],
    [{ fields: { member: 'yes' } }, 'person.fields.member', 'must be true or false'],
    [{ fields: { joined: '2023-02-29' } }, 'person.fields.joined', 'must be a day'],
  ])('is not known: %j', (person, field, reason) =>
    expect(misfitOf(catalogues, person)).toEqual({ field, reason: expect.stringContaining(reason) }),
  );
});

it('how somebody came is of two catalogues', () => {
  expect(misfitOrigin(catalogues, { how: 'advert', heardOf: 'radio' })).toBeNull();
  expect(misfitOrigin(catalogues, { how: 'stork' })?.field).toBe('origin.how');
  expect(misfitOrigin(catalogues, { how: 'advert', heardOf: 'stork' })?.field).toBe('origin.heardOf');
});

describe('a list of what comes and goes', () => {
  const spring = [{ catalogue: 'promotion', code: 'spring.2026', field: 'lines[0].promotion' }];
  const listing = (code: string, retired = false): Catalogues => ({
    ...catalogues,
    entries: { ...catalogues.entries, promotion: { [code]: { labels, retired } } },
  });

  it('is open until somebody draws it up', () => {
    expect(misfitCode(catalogues, spring)).toBeNull();
    expect(misfitCode(listing('autumn'), spring)).toEqual({ field: 'lines[0].promotion', reason: expect.stringContaining('(autumn)') });
  });
  it('is not open again once all of it is retired', () =>
    expect(misfitCode(listing('autumn', true), spring)?.reason).toContain('nothing yet'));
  it('is open to others than what is a closed list by nature', () =>
    expect(misfitCode(catalogues, [{ catalogue: 'paymentMeans', code: 'shells', field: 'means' }])).not.toBeNull());
});

it('every catalogue has its labels in three languages', () => {
  for (const entries of Object.values(FIRST_CATALOGUES.entries))
    for (const { labels: named } of Object.values(entries)) expect(Object.keys(named).sort()).toEqual(['de', 'en', 'fr']);
});
