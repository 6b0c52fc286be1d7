import { Clock, DocumentStore, EventStore, everyDocument } from '@boucle/eventsourcing';
import { identityProjection, Profile, profileProjection, WholeFiles } from '@boucle/clients';
import { Report } from '@boucle/reports';
import { reportNamed } from './registry.js';
import { Subject } from './report-maker.js';

/** What reports are read from. */
export interface ReportSources {
  readonly events: EventStore;
  readonly documents: DocumentStore;
  readonly clock: Clock;
}

/** The read models that reports are made of. */
export const REPORTED_FROM: readonly string[] = [profileProjection.name, identityProjection.name];

/** Everybody as he is now, each once. */
async function* peopleNow(documents: DocumentStore): AsyncGenerator<readonly Subject[]> {
  const whole = new WholeFiles(documents);
  for await (const page of everyDocument<Profile>(documents, profileProjection.name)) {
    const own = page.flatMap(({ document }) => (document && document.mergedInto === undefined ? [document] : []));
    yield (await whole.profiles(own)).map((profile) => ({ clientId: profile.clientId, profile }));
  }
}

/** Makes a report of what is known now. */
export const makeReport = async (
  { events, documents, clock }: ReportSources,
  name: string,
  parameters: Readonly<Record<string, string>>,
): Promise<Report> => {
  const maker = reportNamed(name, parameters);
  const asOf = { position: await events.head(), date: null, sense: 'known', at: clock.now() } as const;
  return maker.make({ people: peopleNow(documents), asOf, parameters });
};
