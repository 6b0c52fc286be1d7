import { Injectable, Type } from '@nestjs/common';
import { InstanceWrapper } from '@nestjs/core/injector/instance-wrapper.js';
import { CommandBus, CommandHandler } from '@nestjs/cqrs';
import { AnyDecider, Cause, CommandHandling, commandHandling, Door, EventStore, Order, Outcome, Request } from '@boucle/eventsourcing';
import { keyDecider, viewDecider } from '@boucle/access';
import { campaignDecider, waveDecider } from '@boucle/campaigns';
import {
  anonymousSaleDecider,
  articleDecider,
  articleGroupsDecider,
  companyDecider,
  householdDecider,
  pointOfSaleDecider,
  salespersonDecider,
  catalogueDecider,
  clientDecider,
  dayRateDecider,
  externalFileDecider,
  localitiesDecider,
  areaStatisticsDecider,
  duplicatePolicyDecider,
  forgettingPolicyDecider,
  indicatorsDecider,
  lifeCyclePolicyDecider,
  pairDecider,
  personFileDecider,
  referenceDecider,
  scoringDecider,
  segmentMembersDecider,
  segmentsDecider,
  suppressionDecider,
  valueMeaningDecider,
} from '@boucle/clients';
import { exportDecider } from '@boucle/exporting';
import { analysisDecider } from '@boucle/reports';
import { rentedFileDecider, rentedRowsDecider } from '@boucle/rented';
import { importDecider, mappingDecider, sourceRanksDecider } from '@boucle/importing';
import { webhookDecider } from '@boucle/webhooks';
import { upcasters } from './adapters.js';
import { CatalogueCheck } from './catalogue-check.js';
import { instant, Observer } from './observation/observer.js';

const deciders: readonly AnyDecider[] = [
  anonymousSaleDecider,
  importDecider,
  mappingDecider,
  sourceRanksDecider,
  clientDecider,
  referenceDecider,
  suppressionDecider,
  pairDecider,
  duplicatePolicyDecider,
  forgettingPolicyDecider,
  lifeCyclePolicyDecider,
  indicatorsDecider,
  personFileDecider,
  catalogueDecider,
  valueMeaningDecider,
  companyDecider,
  pointOfSaleDecider,
  salespersonDecider,
  householdDecider,
  articleGroupsDecider,
  articleDecider,
  dayRateDecider,
  localitiesDecider,
  areaStatisticsDecider,
  campaignDecider,
  waveDecider,
  webhookDecider,
  exportDecider,
  rentedFileDecider,
  rentedRowsDecider,
  externalFileDecider,
  keyDecider,
  viewDecider,
  scoringDecider,
  analysisDecider,
  segmentMembersDecider,
  segmentsDecider,
];

/** Many commands as one. */
class ExecuteMany {
  constructor(readonly orders: readonly Order[]) {}
}

/** The one way in: every command of every edge, saga and worker passes the command bus here. */
@Injectable()
export class CommandDoor implements Door {
  private readonly handling: CommandHandling;
  private readonly byName = new Map<string, { command: Type<object>; decider: AnyDecider }>();
  // The bus hands a static handler the command alone.
  private readonly causes = new WeakMap<object, Cause>();

  constructor(
    private readonly bus: CommandBus,
    events: EventStore,
    private readonly catalogues: CatalogueCheck,
    private readonly observer: Observer,
  ) {
    this.handling = commandHandling(events, upcasters);
    for (const decider of deciders)
      for (const [name, command] of Object.entries(decider.commands as Record<string, Type<object>>)) {
        if (this.byName.has(name)) throw new Error(`There are two commands of the name ${name}`);
        this.byName.set(name, { command, decider });
        this.register(command, (instance: object) =>
          this.handling.handle(decider, { command: instance, cause: this.causes.get(instance)! }),
        );
      }
    this.register(ExecuteMany, ({ orders }: ExecuteMany) => this.handleMany(orders));
  }

  /** Executes a command; throws when it is refused. */
  async execute(command: object, cause: Cause): Promise<Outcome> {
    const [outcome] = await this.decide([{ command, cause }]);
    if (outcome instanceof Error) throw outcome;
    return outcome;
  }

  async executeMany(requests: readonly Request[]): Promise<(Outcome | Error)[]> {
    const orders = requests.map(({ message, ...order }): Order => {
      const known = this.byName.get(message.type);
      if (!known) throw new Error(`There is no command ${message.type}`);
      return { command: Object.assign(new known.command(), message.data), ...order };
    });
    return this.decide(orders);
  }

  private async decide(orders: readonly Order[]): Promise<(Outcome | Error)[]> {
    const began = instant();
    const refusals = await this.catalogues.refusals(orders.map(({ command }) => command));
    const outcomes = refusals ? await this.decideOthers(orders, refusals) : await this.decideAll(orders);
    this.observer.executed?.(orders, outcomes, { began, ended: instant() });
    return outcomes;
  }

  /** Decides those that are not refused already; what has happened before may come again, also if it would be refused by now. */
  private async decideOthers(orders: readonly Order[], refusals: readonly (Error | null)[]): Promise<(Outcome | Error)[]> {
    const decided = await this.decideAll(orders.filter((_, i) => refusals[i] === null));
    let next = 0;
    return Promise.all(refusals.map(async (refusal, i) => (refusal ? ((await this.repeated(orders[i])) ?? refusal) : decided[next++])));
  }

  private repeated(order: Order): Promise<Outcome | null> {
    const { decider } = this.byName.get(order.command.constructor.name)!;
    return this.handling.repeated(decider, order);
  }

  private async decideAll(orders: readonly Order[]): Promise<(Outcome | Error)[]> {
    if (orders.length !== 1) return this.bus.execute<ExecuteMany, (Outcome | Error)[]>(new ExecuteMany(orders));
    return [await this.decideOne(orders[0]).catch((error: Error) => error)];
  }

  private async decideOne({ command, cause }: Order): Promise<Outcome> {
    this.causes.set(command, cause);
    return this.bus.execute(command);
  }

  private async handleMany(orders: readonly Order[]): Promise<(Outcome | Error)[]> {
    const outcomes = new Array<Outcome | Error>(orders.length);
    const byDecider = new Map<AnyDecider, number[]>();
    orders.forEach(({ command }, i) => {
      const { decider } = this.byName.get(command.constructor.name)!;
      const places = byDecider.get(decider);
      if (places) places.push(i);
      else byDecider.set(decider, [i]);
    });
    await Promise.all(
      Array.from(byDecider, async ([decider, places]) => {
        const results = await this.handling.handleMany(
          decider,
          places.map((i) => orders[i]),
        );
        places.forEach((i, n) => (outcomes[i] = results[n]));
      }),
    );
    return outcomes;
  }

  private register<C extends object>(command: Type<C>, execute: (command: C) => Promise<unknown>): void {
    class Handler {
      execute(instance: C): Promise<unknown> {
        return execute(instance);
      }
    }
    CommandHandler(command)(Handler);
    this.bus.register([new InstanceWrapper({ metatype: Handler, instance: new Handler(), isResolved: true })]);
  }
}
