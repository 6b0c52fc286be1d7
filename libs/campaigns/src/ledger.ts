import { membersAt, SegmentProof } from '@boucle/clients';
import { canonicalJson, EventStore, lineHash, merkleTree, RecordedEvent } from '@boucle/eventsourcing';
import { CampaignEvent } from './campaign.events.js';
import { campaignStream } from './campaign.decider.js';
import { waveStream } from './wave.decider.js';
import { Decision, WaveEvent } from './wave.events.js';

/** One decision as the ledger hash and the Merkle root see it: RFC 8785, without position, time or event id. */
export const ledgerLine = (wave: number, decision: Decision): string => {
  const { clientId, cell } = decision;
  const drawn = 'arm' in decision ? { arm: decision.arm, propensities: decision.propensities } : { reason: decision.reason };
  return canonicalJson({ wave, clientId, cell, ...drawn });
};

/** What an auditor finds of one wave in the log. */
export interface WaveAudit {
  readonly wave: number;
  readonly decisions: number;
  /** As sealed by `WaveTargeted`; null if the wave was not targeted. */
  readonly sealedRoot: string | null;
  /** As computed from the decisions in the log. */
  readonly root: string;
  /** The segment that it was drawn from, and whether the log tells the same members and everybody drawn is one of them; null: it named none. */
  readonly segment: (SegmentProof & { readonly fits: boolean }) | null;
}

export interface LedgerAudit {
  readonly decisions: number;
  /** Over one line per decision, ordered by wave and client id. */
  readonly sha256: string;
  readonly waves: readonly WaveAudit[];
}

/** The numbers of the waves that a campaign launched. */
const launchedWaves = async (store: EventStore, campaignId: string): Promise<number[]> => {
  const events = (await store.read(campaignStream(campaignId))) as RecordedEvent<CampaignEvent>[];
  return events.flatMap((event) => (event.type === 'WaveLaunched' ? [event.data.wave] : []));
};

/** What the ledger of a wave says of a client. */
export interface LedgerEntry {
  readonly decision: Decision;
  readonly taken: RecordedEvent<Extract<WaveEvent, { type: 'DecisionsTaken' }>>;
}

/** The decision of a wave about a client, and the event that holds it; null: there is none. */
export const ledgerEntry = async (store: EventStore, campaignId: string, wave: number, clientId: string): Promise<LedgerEntry | null> => {
  // one chunk per revision, in order of client id: halving finds it without reading the ledger
  const chunkAt = async (revision: number): Promise<LedgerEntry['taken'] | null> => {
    const [event] = (await store.read(waveStream(campaignId, wave), revision, 1)) as RecordedEvent<WaveEvent>[];
    return event?.type === 'DecisionsTaken' ? event : null;
  };
  const isBehind = async (revision: number): Promise<boolean> => {
    const first = (await chunkAt(revision))?.data.decisions[0];
    return !first || first.clientId > clientId;
  };
  let behind = 1;
  while (!(await isBehind(behind))) behind *= 2;
  let within = Math.floor(behind / 2);
  while (behind - within > 1) {
    const middle = Math.floor((within + behind) / 2);
    if (await isBehind(middle)) behind = middle;
    else within = middle;
  }
  const taken = await chunkAt(within);
  const decision = taken?.data.decisions.find((one) => one.clientId === clientId);
  return taken && decision ? { decision, taken } : null;
};

/** What the log says of the segment that a wave was drawn from. */
const auditSegment = async (store: EventStore, events: readonly RecordedEvent<WaveEvent>[]): Promise<WaveAudit['segment']> => {
  const targeted = events.find((event) => event.type === 'WaveTargeted');
  const sealed = targeted?.data.segment;
  if (!targeted || !sealed) return null;
  const { members, proof } = await membersAt(store, sealed.segmentId, targeted.data.asOf);
  const drawn = events.flatMap((event) => (event.type === 'DecisionsTaken' ? event.data.decisions : []));
  return { ...sealed, fits: canonicalJson(proof) === canonicalJson(sealed) && drawn.every(({ clientId }) => members.has(clientId)) };
};

/** Recomputes the hash of a campaign's ledger and the Merkle root of each of its waves. */
export const auditLedger = async (store: EventStore, campaignId: string): Promise<LedgerAudit> => {
  const ledger = lineHash();
  const waves: WaveAudit[] = [];
  for (const wave of await launchedWaves(store, campaignId)) {
    const merkle = merkleTree();
    let decisions = 0;
    let sealedRoot: string | null = null;
    const events = (await store.read(waveStream(campaignId, wave))) as RecordedEvent<WaveEvent>[];
    for (const event of events) {
      if (event.type === 'WaveTargeted') sealedRoot = event.data.merkleRoot;
      if (event.type !== 'DecisionsTaken') continue;
      for (const decision of event.data.decisions) {
        const line = ledgerLine(wave, decision);
        ledger.add(line);
        merkle.add(line);
        decisions++;
      }
    }
    waves.push({ wave, decisions, sealedRoot, root: merkle.root(), segment: await auditSegment(store, events) });
  }
  return { decisions: waves.reduce((sum, { decisions }) => sum + decisions, 0), sha256: ledger.digest(), waves };
};
