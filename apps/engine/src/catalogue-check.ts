import { Injectable, Type } from '@nestjs/common';
import { DomainError, EventStore, FollowedStream } from '@boucle/eventsourcing';
import {
  AddressHousehold,
  CancelOrder,
  CancelPurchase,
  catalogueDecider,
  Catalogues,
  CATALOGUES_STREAM,
  ChangeClientDetails,
  CloseCase,
  CodeOf,
  DescribeArticle,
  DescribeCompany,
  DescribePointOfSale,
  EndContract,
  GiveConsent,
  JoinClub,
  JoinCompany,
  JoinHousehold,
  LeaveClub,
  LineFields,
  MapWaitingValue,
  Misfit,
  misfitCode,
  misfitOf,
  misfitOrigin,
  MoveProspect,
  OpenCase,
  PlaceOrder,
  RecordAnonymousSale,
  RecordContact,
  RecordPayment,
  RecordPurchase,
  RecordResponse,
  RefuseDelivery,
  RegisterClient,
  ReportContact,
  ReturnPurchase,
} from '@boucle/clients';

/** What a command says in codes. */
interface Check {
  /** Most registrations, contacts and purchases say nothing in codes, and need not wait for the catalogues. */
  names(command: object): boolean;
  misfit(catalogues: Catalogues, command: object): Misfit | null;
}

const checked = <C extends object>(
  type: Type<C>,
  names: (command: C) => boolean,
  misfit: (catalogues: Catalogues, command: C) => Misfit | null,
): [Type<object>, Check] => [type, { names, misfit }];

/** The codes in these fields, and the catalogue of each. */
const codesIn = <C extends object>(facts: C, catalogues: Partial<Record<keyof C & string, string>>): CodeOf[] =>
  Object.entries<string>(catalogues as Record<string, string>).map(([field, catalogue]) => ({
    catalogue,
    code: facts[field as keyof C] as string | undefined,
    field,
  }));

const coded = <C extends object>(
  type: Type<C>,
  catalogues: Partial<Record<keyof C & string, string>>,
  more: (command: C) => readonly CodeOf[] = () => [],
): [Type<object>, Check] => {
  const codesOf = (command: C): CodeOf[] => [...codesIn(command, catalogues), ...more(command)];
  return checked(
    type,
    (command) => codesOf(command).some(({ code }) => code !== undefined),
    (known, command) => misfitCode(known, codesOf(command)),
  );
};

const lineCodes = ({ lines = [] }: { readonly lines?: readonly LineFields[] }): CodeOf[] =>
  lines.flatMap((line, n) =>
    codesIn(line, { promotion: 'promotion', coupon: 'coupon' }).map((code) => ({ ...code, field: `lines[${n}].${code.field}` })),
  );

const CHECKS: ReadonlyMap<unknown, Check> = new Map([
  checked(
    RegisterClient,
    ({ person, origin }) => (person ?? origin) !== undefined,
    (catalogues, { person, origin }) =>
      (person ? misfitOf(catalogues, person) : null) ?? (origin ? misfitOrigin(catalogues, origin) : null),
  ),
  checked(
    ChangeClientDetails,
    () => true,
    (catalogues, { person }) => misfitOf(catalogues, person),
  ),
  coded(RecordContact, { outcome: 'contactOutcome' }),
  coded(ReportContact, { outcome: 'contactOutcome' }),
  coded(JoinHousehold, { role: 'householdRole' }),
  coded(JoinCompany, { role: 'companyRole' }),
  coded(AddressHousehold, { salutation: 'salutation' }),
  coded(DescribePointOfSale, {}, ({ pointOfSale }) => codesIn(pointOfSale, { kind: 'pointOfSaleKind' })),
  coded(DescribeCompany, {}, ({ company }) => codesIn(company, { sector: 'sector', trade: 'trade' })),
  coded(MoveProspect, { stage: 'prospectStage', nextStep: 'nextStep' }),
  coded(RecordPurchase, { salesChannel: 'salesChannel' }, lineCodes),
  coded(RecordAnonymousSale, { salesChannel: 'salesChannel' }),
  coded(PlaceOrder, { salesChannel: 'salesChannel' }, lineCodes),
  coded(ReturnPurchase, { reason: 'returnReason' }, lineCodes),
  coded(CancelPurchase, { reason: 'returnReason' }),
  coded(RefuseDelivery, { reason: 'returnReason' }),
  coded(CancelOrder, { reason: 'returnReason' }),
  coded(RecordPayment, { means: 'paymentMeans' }),
  coded(EndContract, { reason: 'leavingReason' }),
  coded(JoinClub, { level: 'clubLevel' }),
  coded(LeaveClub, { reason: 'leavingReason' }),
  coded(OpenCase, { subject: 'caseSubject' }),
  coded(CloseCase, { outcome: 'caseOutcome' }),
  coded(DescribeArticle, { brand: 'brand' }),
  // who objects is heard in any words
  coded(GiveConsent, { purpose: 'consentPurpose' }, ({ proof }) => [{ catalogue: 'consentGivenBy', code: proof?.how, field: 'proof.how' }]),
  checked(
    MapWaitingValue,
    ({ code }) => code !== null,
    (catalogues, { catalogue, code }) => misfitCode(catalogues, [{ catalogue, code: code ?? undefined, field: 'code' }]),
  ),
  coded(RecordResponse, { subject: 'responseSubject', coupon: 'coupon', advert: 'advert' }),
]);

/** Knows the closed lists as the log has them, and refuses what is in none of them. */
@Injectable()
export class CatalogueCheck {
  private readonly catalogues: FollowedStream<Catalogues>;

  constructor(events: EventStore) {
    this.catalogues = new FollowedStream(events, catalogueDecider, CATALOGUES_STREAM);
  }

  /** The catalogues at the head of the log. */
  now(): Promise<Catalogues> {
    return this.catalogues.now();
  }

  /** Why each command is refused for a code that it names, null where it is not; null as a whole where no command names any. */
  async refusals(commands: readonly object[]): Promise<(DomainError | null)[] | null> {
    if (!commands.some((command) => CHECKS.get(command.constructor)?.names(command))) return null;
    const catalogues = await this.now();
    return commands.map((command) => {
      const misfit = CHECKS.get(command.constructor)?.misfit(catalogues, command);
      return misfit ? new DomainError('not-in-catalogue', misfit.reason, misfit.field) : null;
    });
  }
}
