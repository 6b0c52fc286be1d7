import { Catalogues, FIRST_CATALOGUES, misfitOf, misfitOrigin } from './catalogues.js';
import { PersonChanges } from './person.events.js';

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
