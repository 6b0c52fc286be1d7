import { CampaignEvent, Decision, WaveEvent, WaveResults } from '@boucle/campaigns';
import { ClientEvent } from '@boucle/clients';
import { DemoReport } from '../../apps/cli/src/demo/report.js';
import { documentsIn, eventsIn } from './engine-folder.js';

const MILLION = 1_000_000;
const FEWEST_EXPECTED = 10;

type Event = CampaignEvent | WaveEvent | ClientEvent;
type OfType<T extends Event['type']> = Extract<Event, { type: T }>['data'];

const sumOf = <T>(items: readonly T[], value: (item: T) => number): number => items.reduce((sum, item) => sum + value(item), 0);
const placeOf = (wave: number, clientId: string): string => `${wave}/${clientId}`;
const times = (items: readonly string[]): Map<string, number> => {
  const found = new Map<string, number>();
  for (const item of items) found.set(item, (found.get(item) ?? 0) + 1);
  return found;
};

/** Everything that is wrong with the ledger of a demo's folder, in words; nothing if all is well. Looks at the log alone, and at last compares. */
export const faultsIn = (dir: string, run: DemoReport['runs'][number]): string[] => {
  const faults: string[] = [];
  const expect = (fine: boolean, fault: () => string): void => {
    if (!fine) faults.push(fault());
  };
  const log = eventsIn<Event>(dir);
  const all = <T extends Event['type']>(type: T): OfType<T>[] =>
    log.flatMap((event) => (event.type === type ? [event.data as OfType<T>] : []));
  const { offers, floor, holdOut } = all('CampaignPlanned')[0].plan;
  const names = offers.map(({ name }) => name);
  const chunks = all('DecisionsTaken');
  const decided = new Map<string, Decision>();

  for (const { wave, decisions } of chunks)
    for (const decision of decisions) {
      const place = placeOf(wave, decision.clientId);
      expect(!decided.has(place), () => `${place} is decided twice`);
      decided.set(place, decision);
      const reasoned = 'reason' in decision;
      expect(reasoned !== 'propensities' in decision, () => `${place} has a reason and propensities, or neither`);
      if (reasoned) continue;
      const propensities = Object.values(decision.propensities);
      expect(sumOf(propensities, (p) => p) === MILLION, () => `${place}: propensities sum to ${sumOf(propensities, (p) => p)} millionths`);
      expect(
        propensities.every((p) => p >= Math.floor(floor * MILLION)),
        () => `${place}: a propensity is below the floor ${floor}`,
      );
      expect(
        Object.keys(decision.propensities).sort().join() === [...names].sort().join(),
        () => `${place}: the arms are not those of the plan`,
      );
      expect(names.includes(decision.arm), () => `${place}: ${decision.arm} is no arm of the plan`);
    }
  const reasons = [...decided.values()].filter((decision) => 'reason' in decision);
  const tolerated = 4 * Math.sqrt(decided.size * holdOut * (1 - holdOut));
  expect(Math.abs(reasons.length - holdOut * decided.size) <= tolerated, () => `${reasons.length} of ${decided.size} are held out`);

  for (const wave of new Set(chunks.map((chunk) => chunk.wave)))
    for (const name of names) {
      const drawn = chunks.filter((chunk) => chunk.wave === wave).flatMap(({ decisions }) => decisions);
      const armed = drawn.flatMap((decision) => ('arm' in decision ? [decision] : []));
      const probabilities = armed.map(({ propensities }) => propensities[name] / MILLION);
      const expected = sumOf(probabilities, (p) => p);
      const count = armed.filter(({ arm }) => arm === name).length;
      const bound = 4 * Math.sqrt(sumOf(probabilities, (p) => p * (1 - p)));
      if (expected >= FEWEST_EXPECTED)
        expect(
          Math.abs(count - expected) <= bound,
          () => `wave ${wave}: ${name} was drawn ${count} times, expected ${expected} within ${bound}`,
        );
    }

  const carriedOut = [...all('MailingDispatched'), ...all('ContactWithheld')].map(({ wave, clientId }) => placeOf(wave, clientId));
  expect(carriedOut.length === decided.size && carriedOut.every((place) => decided.has(place)), () => 'not every decision was carried out');
  for (const [place, count] of times(carriedOut)) expect(count === 1, () => `${place} was carried out ${count} times`);
  const mailedTo = all('MailingDispatched').filter(({ wave, clientId, arm }) => {
    const decision = decided.get(placeOf(wave, clientId));
    return !decision || !('arm' in decision) || decision.arm !== arm || offers.find(({ name }) => name === arm)?.channel === null;
  });
  expect(mailedTo.length === 0, () => `${mailedTo.length} mailings were not decided so`);

  const responses = all('ResponseRecorded');
  for (const [id, count] of times(responses.map(({ responseId }) => responseId)))
    expect(count === 1, () => `response ${id} was recorded ${count} times`);
  for (const { credit, clientId, responseId } of responses)
    if (credit) {
      const decision = decided.get(placeOf(credit.wave, clientId));
      expect(decision !== undefined && decision.cell === credit.cell, () => `response ${responseId} is credited to no decision`);
      expect(
        (decision && 'arm' in decision ? decision.arm : null) === credit.arm,
        () => `response ${responseId} is credited to another arm`,
      );
    }

  const unknown = new Set(all('AnswerUnknown').map(({ wave, clientId }) => placeOf(wave, clientId)));
  const answered = [...decided.keys()].filter((place) => !unknown.has(place));
  const responders = new Set(responses.flatMap(({ credit, clientId }) => (credit ? [placeOf(credit.wave, clientId)] : [])));
  const fromLog = { decisions: decided.size, decided: answered.length, skipped: unknown.size, responses: responders.size };
  const reported = { decisions: run.ledger.decisions, decided: run.decided, skipped: run.skipped, responses: run.responses };
  expect(
    JSON.stringify(fromLog) === JSON.stringify(reported),
    () => `the log says ${JSON.stringify(fromLog)}, the report ${JSON.stringify(reported)}`,
  );

  const waves = Object.values(documentsIn(dir)['wave-results']).map((text) => JSON.parse(text) as WaveResults);
  const tallies = waves.flatMap(({ arms, heldOut, unsent }) => [
    ...Object.values(arms).flatMap((ofCell) => Object.values(ofCell)),
    heldOut,
    unsent,
  ]);
  const fromModels = {
    decisions: sumOf(waves, ({ targeting }) => targeting!.drawn),
    decided: sumOf(tallies, ({ clients }) => clients),
    skipped: sumOf(waves, ({ skipped }) => skipped),
    responses: sumOf(tallies, ({ responded }) => responded),
  };
  expect(
    JSON.stringify(fromModels) === JSON.stringify(fromLog),
    () => `the log says ${JSON.stringify(fromLog)}, the read models ${JSON.stringify(fromModels)}`,
  );
  const mailed = sumOf(waves, (wave) => wave.mailed);
  expect(mailed === all('MailingDispatched').length, () => `the read models count ${mailed} mailings`);
  const amounts = sumOf(waves, (wave) => sumOf(Object.values(wave.amounts), (cents) => cents));
  const credited = sumOf(all('PurchaseRecorded'), ({ credit, amount }) => (credit ? amount : 0));
  expect(amounts === credited, () => `the read models sum up ${amounts} cents, the log ${credited}`);
  return faults;
};
