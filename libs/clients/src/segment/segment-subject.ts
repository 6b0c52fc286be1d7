import { DocumentStore } from '@boucle/eventsourcing';
import { Subject } from '../history/subject.js';
import { WholeFiles } from '../merging/whole-files.js';
import { Identity, identityProjection } from '../person/identity.projection.js';
import { ALONE, Surroundings, surroundingsOf } from './surroundings.js';
import { isScore, Score, ScoreDocument, scoresProjection } from '../value/scores.projection.js';

/** A person as segments see him: how he stands with us, and what he has told of himself. */
export interface SegmentSubject extends Subject {
  /** null: nothing is known of who he is. */
  readonly identity: Identity | null;
  /** What the latest scoring run made of him; null: nothing. */
  readonly score: Score | null;
  /** Those among whom he lives and works; left out: nobody. */
  readonly around?: Surroundings;
}

/** Reads what segments ask of people besides how they stand with us. */
export class SegmentSubjects {
  private readonly whole: WholeFiles;

  constructor(private readonly documents: Pick<DocumentStore, 'getMany'>) {
    this.whole = new WholeFiles(documents);
  }

  async of(subjects: readonly Subject[]): Promise<readonly SegmentSubject[]> {
    if (subjects.length === 0) return [];
    const ids = subjects.map(({ clientId }) => clientId);
    const stored = await this.documents.getMany<Identity>(identityProjection.name, ids);
    const scored = await this.documents.getMany<ScoreDocument>(scoresProjection.name, ids);
    const scores = new Map(scored.flatMap(({ key, document }) => (isScore(document) ? [[key, document] as const] : [])));
    const identities = await this.whole.identities(stored.flatMap(({ document }) => document ?? []));
    const byId = new Map(identities.map((identity) => [identity.clientId, identity]));
    const people = subjects.map((subject) => ({
      ...subject,
      identity: byId.get(subject.clientId) ?? null,
      score: scores.get(subject.clientId) ?? null,
    }));
    const around = await surroundingsOf(this.documents, people);
    return people.map((person) => ({ ...person, around: around.get(person.clientId) ?? ALONE }));
  }
}
