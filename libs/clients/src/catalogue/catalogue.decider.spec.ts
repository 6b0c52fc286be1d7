import { specDecider } from '../../../eventsourcing/src/testing.js';
import { AddCatalogueEntry, DeclareField, RelabelCatalogueEntry, RetireCatalogueEntry, RetireField } from './catalogue.commands.js';
import { catalogueDecider } from './catalogue.decider.js';
import { day, order } from '../testing.js';

const given = specDecider(catalogueDecider, day(0));
const labels = { en: 'Club', de: 'Klub' };
const declare = order(DeclareField, { field: 'club', kind: 'code', labels });
const declared = { type: 'FieldDeclared', data: { field: 'club', kind: 'code', labels } };
const fieldRetired = { type: 'FieldRetired', data: { field: 'club' } };

describe('a custom field', () => {
  it('is declared', () => given().when(declare).then(declared));
  it('is declared once', () => given(declared).when(declare).thenNothing());
  it('keeps its kind', () =>
    given(declared)
      .when(order(DeclareField, { ...declare, kind: 'flag' }))
      .thenRejected('field-exists'));
  it('takes no name of those that every person has', () =>
    given()
      .when(order(DeclareField, { ...declare, field: 'profession' }))
      .thenRejected('field-exists'));
  it('is declared again after it was retired', () => given(declared, fieldRetired).when(declare).then(declared));

  const retire = order(RetireField, { field: 'club' });
  it('is retired', () => given(declared).when(retire).then(fieldRetired));
  it('is retired once', () => given(declared, fieldRetired).when(retire).thenNothing());
  it('is retired only if it is there', () => given().when(retire).thenRejected('unknown-field'));
});

describe('an entry of a catalogue', () => {
  const gold = { catalogue: 'club', code: 'gold', labels: { en: 'Gold' } };
  const added = { type: 'CatalogueEntryAdded', data: gold };
  const retired = { type: 'CatalogueEntryRetired', data: { catalogue: 'club', code: 'gold' } };

  it('is added', () => given(declared).when(order(AddCatalogueEntry, gold)).then(added));
  it('is added once', () => given(declared, added).when(order(AddCatalogueEntry, gold)).thenNothing());
  it('is added again after it was retired', () => given(declared, added, retired).when(order(AddCatalogueEntry, gold)).then(added));
  it('is not added under a code that is taken', () =>
    given(declared, added)
      .when(order(AddCatalogueEntry, { ...gold, labels }))
      .thenRejected('entry-exists'));
  it('needs its catalogue', () => given().when(order(AddCatalogueEntry, gold)).thenRejected('unknown-catalogue'));

  const relabelled = { type: 'CatalogueEntryRelabelled', data: { ...gold, labels } };
  const relabel = order(RelabelCatalogueEntry, { ...gold, labels });
  it('is called otherwise', () => given(declared, added).when(relabel).then(relabelled));
  it('is called otherwise once', () => given(declared, added, relabelled).when(relabel).thenNothing());
  it('is called otherwise only if it is there', () => given(declared).when(relabel).thenRejected('unknown-entry'));

  const retire = order(RetireCatalogueEntry, { catalogue: 'club', code: 'gold' });
  it('is retired', () => given(declared, added).when(retire).then(retired));
  it('is retired once', () => given(declared, added, retired).when(retire).thenNothing());
  it('is retired only if it is there', () => given(declared).when(retire).thenRejected('unknown-entry'));
  it('may be one of the first', () =>
    given()
      .when(order(RetireCatalogueEntry, { catalogue: 'profession', code: 'farmer' }))
      .then({ type: 'CatalogueEntryRetired', data: { catalogue: 'profession', code: 'farmer' } }));
});
