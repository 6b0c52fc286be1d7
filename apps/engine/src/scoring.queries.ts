import { DocumentStore, DomainError, Page } from '@boucle/eventsourcing';
import {
  isScore,
  Profile,
  profileProjection,
  PROFILING_BARS,
  profilingBar,
  Score,
  ScoreDocument,
  scoresProjection,
  ScoringReading,
  scoringsProjection,
} from '@boucle/clients';

export class ListScorings {
  constructor(readonly page: Page) {}
}
export class GetScoring {
  constructor(readonly scoringId: string) {}
}
export class GetScore {
  constructor(readonly clientId: string) {}
}

/** What scores say of a client, or why there are none. */
export interface ClientScores {
  readonly clientId: string;
  readonly score: Omit<Score, 'clientId'> | null;
  /** Why there is none; null: there is. */
  readonly unscored: string | null;
}

/** Answers what scoring runs have found. */
export class ScoringQueries {
  constructor(private readonly documents: DocumentStore) {}

  async list({ page }: ListScorings): Promise<ScoringReading[]> {
    const stored = await this.documents.find<ScoringReading>(scoringsProjection.name, { all: [] }, page);
    return stored.map(({ document }) => document!);
  }

  async scoring({ scoringId }: GetScoring): Promise<ScoringReading> {
    const reading = await this.documents.get<ScoringReading>(scoringsProjection.name, scoringId);
    if (!reading) throw new DomainError('unknown-scoring', `Nobody has been scored as of ${scoringId}`, 'scoringId');
    return reading;
  }

  async score({ clientId: asked }: GetScore): Promise<ClientScores> {
    const own = await this.profile(asked);
    const profile = own.mergedInto === undefined ? own : await this.profile(own.mergedInto);
    const { clientId } = profile;
    const bar = profilingBar(profile);
    if (bar !== null) return { clientId, score: null, unscored: PROFILING_BARS[bar] };
    const document = await this.documents.get<ScoreDocument>(scoresProjection.name, clientId);
    if (!isScore(document)) return { clientId, score: null, unscored: 'no scoring run has found a purchase that was kept' };
    const { clientId: _, ...score } = document;
    return { clientId, score, unscored: null };
  }

  private async profile(clientId: string): Promise<Profile> {
    const profile = await this.documents.get<Profile>(profileProjection.name, clientId);
    if (!profile) throw new DomainError('unknown-client', `There is no client ${clientId}`, 'clientId');
    return profile;
  }
}
