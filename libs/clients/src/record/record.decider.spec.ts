import { specDecider } from '../../../eventsourcing/src/testing.js';
import {
  AddressHousehold,
  CloseCompany,
  ClosePointOfSale,
  DescribeCompany,
  DescribePointOfSale,
  DescribeSalesperson,
  HandOverPortfolio,
  StateAbsence,
} from './record.commands.js';
import { companyDecider, householdDecider, pointOfSaleDecider, salespersonDecider } from './record.decider.js';
import { day, order } from '../testing.js';

describe('a company', () => {
  const given = specDecider(companyDecider, day(0));
  const facts = { companyId: 'keller', company: { legalName: 'Keller AG', headcount: 12 } };
  const described = { type: 'CompanyDescribed', data: facts };
  const closed = { type: 'CompanyClosed', data: { companyId: 'keller' } };
  it('is described', () => given().when(order(DescribeCompany, facts)).then(described));
  it('is described once', () => given(described).when(order(DescribeCompany, facts)).thenNothing());
  it('may come back', () => given(described, closed).when(order(DescribeCompany, facts)).then(described));
  it('does not belong to itself', () =>
    given()
      .when(order(DescribeCompany, { ...facts, company: { ...facts.company, parentId: 'keller' } }))
      .thenRejected('own-parent'));
  it('is closed', () =>
    given(described)
      .when(order(CloseCompany, { companyId: 'keller' }))
      .then(closed));
  it('is closed once', () =>
    given(described, closed)
      .when(order(CloseCompany, { companyId: 'keller' }))
      .thenNothing());
  it('is closed only if it is there', () =>
    given()
      .when(order(CloseCompany, { companyId: 'keller' }))
      .thenRejected('unknown-company'));
});

describe('a point of sale', () => {
  const given = specDecider(pointOfSaleDecider, day(0));
  const facts = { pointOfSaleId: 'hb', pointOfSale: { name: 'Hauptbahnhof', kind: 'shop' } };
  const described = { type: 'PointOfSaleDescribed', data: facts };
  const closed = { type: 'PointOfSaleClosed', data: { pointOfSaleId: 'hb' } };
  it('is described, and once', () => {
    given().when(order(DescribePointOfSale, facts)).then(described);
    given(described).when(order(DescribePointOfSale, facts)).thenNothing();
  });
  it('is closed, and once', () => {
    given(described)
      .when(order(ClosePointOfSale, { pointOfSaleId: 'hb' }))
      .then(closed);
    given(described, closed)
      .when(order(ClosePointOfSale, { pointOfSaleId: 'hb' }))
      .thenNothing();
  });
  it('is closed only if it is there', () =>
    given()
      .when(order(ClosePointOfSale, { pointOfSaleId: 'hb' }))
      .thenRejected('unknown-point-of-sale'));
});

describe('a salesperson', () => {
  const given = specDecider(salespersonDecider, day(0));
  const salespersonId = 'miller';
  const person = { name: 'Eva Miller' };
  const areas = [{ country: 'CH', postalCodes: '80' }];
  const describe_ = order(DescribeSalesperson, { salespersonId, kind: 'salesperson', areas, person });
  const described = { type: 'SalespersonDescribed', data: { salespersonId, kind: 'salesperson', areas, personal: person } };
  const absent = { salespersonId, from: '2026-03-02', until: '2026-03-15', deputyId: 'jones' };
  const stated = { type: 'AbsenceStated', data: absent };
  const handOver = order(HandOverPortfolio, { salespersonId, toSalespersonId: 'jones' });
  const handed = { type: 'PortfolioHandedOver', data: { salespersonId, toSalespersonId: 'jones' } };

  it('is described, and once', () => {
    given().when(describe_).then(described);
    given(described).when(describe_).thenNothing();
  });
  it('is absent, and once', () => {
    given(described).when(order(StateAbsence, absent)).then(stated);
    given(described, stated).when(order(StateAbsence, absent)).thenNothing();
  });
  it('is not absent backwards, nor stands in for himself', () => {
    given(described)
      .when(order(StateAbsence, { ...absent, until: '2026-03-01' }))
      .thenRejected('wrong-absence');
    given(described)
      .when(order(StateAbsence, { ...absent, deputyId: salespersonId }))
      .thenRejected('own-deputy');
  });
  it('hands over all his clients, and once', () => {
    given(described).when(handOver).then(handed);
    given(described, handed).when(handOver).thenNothing();
  });
  it('hands nothing over to himself', () =>
    given(described)
      .when(order(HandOverPortfolio, { salespersonId, toSalespersonId: salespersonId }))
      .thenRejected('own-successor'));
  it('must be there', () => {
    given().when(handOver).thenRejected('unknown-salesperson');
    given().when(order(StateAbsence, absent)).thenRejected('unknown-salesperson');
  });
});

it('a household is addressed, and once', () => {
  const given = specDecider(householdDecider, day(0));
  const address = order(AddressHousehold, { householdId: 'h-1', addressee: 'client-1', salutation: 'family' });
  const addressed = { type: 'HouseholdAddressed', data: { householdId: 'h-1', addressee: 'client-1', salutation: 'family' } };
  given().when(address).then(addressed);
  given(addressed).when(address).thenNothing();
});
