import { Injectable, Type } from '@nestjs/common';
import { DomainError, EventStore, fold, NO_STREAM } from '@boucle/eventsourcing';
import {
  AddressHousehold,
  catalogueDecider,
  Catalogues,
  CATALOGUES_STREAM,
  ChangeClientDetails,
  CodeOf,
  DescribeCompany,
  DescribePointOfSale,
  JoinCompany,
  JoinHousehold,
  Misfit,
  misfitCode,
  misfitOf,
  misfitOrigin,
  MoveProspect,
  RecordContact,
  RegisterClient,
  ReportContact,
} from '@boucle/clients';

type Check = (catalogues: Catalogues, command: object) => Misfit | null;

const checked = <C extends object>(type: Type<C>, check: (catalogues: Catalogues, command: C) => Misfit | null): [Type<object>, Check] => [
  type,
  check as Check,
];

const coded = <C extends object>(type: Type<C>, codesOf: (command: C) => readonly CodeOf[]): [Type<object>, Check] =>
  checked(type, (catalogues, command) => misfitCode(catalogues, codesOf(command)));

const outcomeOf = ({ outcome }: { readonly outcome?: string }): CodeOf[] => [
  { catalogue: 'contactOutcome', code: outcome, field: 'outcome' },
];

/** What each command says in codes. */
const CHECKS: ReadonlyMap<unknown, Check> = new Map([
  checked(RegisterClient, (catalogues, { person, origin }) =>
    person || origin ? ((person && misfitOf(catalogues, person)) ?? (origin ? misfitOrigin(catalogues, origin) : null)) : null,
  ),
  checked(ChangeClientDetails, (catalogues, { person }) => misfitOf(catalogues, person)),
  coded(RecordContact, outcomeOf),
  coded(ReportContact, outcomeOf),
  coded(JoinHousehold, ({ role: code }) => [{ catalogue: 'householdRole', code, field: 'role' }]),
  coded(JoinCompany, ({ role: code }) => [{ catalogue: 'companyRole', code, field: 'role' }]),
  coded(AddressHousehold, ({ salutation: code }) => [{ catalogue: 'salutation', code, field: 'salutation' }]),
  coded(DescribePointOfSale, ({ pointOfSale: { kind: code } }) => [{ catalogue: 'pointOfSaleKind', code, field: 'kind' }]),
  coded(DescribeCompany, ({ company: { sector, trade } }) => [
    { catalogue: 'sector', code: sector, field: 'sector' },
    { catalogue: 'trade', code: trade, field: 'trade' },
  ]),
  coded(MoveProspect, ({ stage, nextStep }) => [
    { catalogue: 'prospectStage', code: stage, field: 'stage' },
    { catalogue: 'nextStep', code: nextStep, field: 'nextStep' },
  ]),
]);

/** Knows the closed lists as the log has them, and refuses what is in none of them. */
@Injectable()
export class CatalogueCheck {
  private catalogues = catalogueDecider.initial;
  private revision = NO_STREAM;

  constructor(private readonly events: EventStore) {}

  /** The catalogues at the head of the log. */
  async now(): Promise<Catalogues> {
    const tail = await this.events.read(CATALOGUES_STREAM, this.revision + 1);
    const news = tail.filter(({ revision }) => revision > this.revision);
    if (news.length > 0) {
      this.catalogues = fold(catalogueDecider, this.catalogues, news);
      this.revision = news[news.length - 1].revision;
    }
    return this.catalogues;
  }

  /** Why each command is refused for a code that it names, null where it is not; null as a whole where no command names any. */
  async refusals(commands: readonly object[]): Promise<(DomainError | null)[] | null> {
    if (!commands.some(namesCodes)) return null;
    const catalogues = await this.now();
    return commands.map((command) => {
      const misfit = CHECKS.get(command.constructor)?.(catalogues, command);
      return misfit ? new DomainError('not-in-catalogue', misfit.reason, misfit.field) : null;
    });
  }
}

/** Most registrations and contacts say nothing in codes, and need not wait for the catalogues. */
const namesCodes = (command: object): boolean => {
  if (command instanceof RegisterClient) return (command.person ?? command.origin) !== undefined;
  if (command instanceof RecordContact) return command.outcome !== undefined;
  return CHECKS.has(command.constructor);
};
