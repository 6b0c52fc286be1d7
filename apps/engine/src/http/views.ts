import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  Allocation,
  Analysis,
  CAMPAIGN_STATUSES,
  CampaignReading,
  DecisionReading,
  Plan,
  PlannedCap,
  PlannedOffer,
  TargetingCounts,
  WaveResults,
} from '@boucle/campaigns';
import { FieldGroup } from '@boucle/access';
import { Attributes, Bought, CLASS_CAUSES, LIFE_CYCLE_CLASSES, Profile, PurchaseHistory, Returned } from '@boucle/clients';
import { LifeCycleReading } from '../client.queries.js';
import { ShownProfile } from './field-groups.js';
import { hiddenProperty } from './identity-view.js';
import { mergedIntoProperty, mergedProperty } from './merged-view.js';
import { Written } from './writing.js';

const count = { type: 'integer' as const };
const rate = { type: 'number' as const };
const countsByName = { type: 'object' as const, additionalProperties: { type: 'integer' } };
const ratesByName = { type: 'object' as const, additionalProperties: { type: 'number' } };
const instant = { type: 'string' as const, format: 'date-time' };
const optionalInstant = { ...instant, nullable: true };
const optionalText = { type: 'string' as const, nullable: true };
const cents = { type: 'integer' as const, description: 'Cents' };

class BoughtView implements Bought {
  @ApiProperty() readonly purchaseId: string;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty(cents) readonly amount: number;
  @ApiProperty() readonly currency: string;
}

class ReturnedView implements Returned {
  @ApiProperty({ ...optionalText, description: 'Null where the return names none' }) readonly purchaseId: string | null;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty(cents) readonly amount: number;
  @ApiProperty() readonly currency: string;
}

class HistoryView implements PurchaseHistory {
  @ApiProperty({ type: [BoughtView], description: 'In order of arrival' }) readonly bought: BoughtView[];
  @ApiProperty({ type: [ReturnedView] }) readonly returned: ReturnedView[];
  @ApiProperty({ type: [String], description: 'Purchases that were cancelled, or whose delivery was refused' }) readonly revoked: string[];
}

class Purchases {
  @ApiProperty({ type: [String], description: 'Distinct days with a purchase that was kept' }) readonly days: string[];
  @ApiProperty({ ...count, description: 'Purchases that were kept' }) readonly count: number;
  @ApiProperty({ ...countsByName, description: 'Cents by currency, less what came back' }) readonly monetary: Record<string, number>;
  @ApiProperty(optionalInstant) readonly first: string | null;
  @ApiProperty(optionalInstant) readonly last: string | null;
  @ApiProperty({ type: HistoryView, description: 'What these numbers are made of' }) readonly history: PurchaseHistory;
}

class Solicitations {
  @ApiProperty(count) readonly mailings: number;
  @ApiProperty(count) readonly otherContacts: number;
  @ApiProperty({ ...count, description: 'Decisions that sent nothing' }) readonly withheld: number;
  @ApiProperty(count) readonly sinceLastPurchase: number;
  @ApiProperty({ type: [String], description: 'Instants that contact caps count' }) readonly recent: string[];
}

class Responses {
  @ApiProperty(count) readonly count: number;
  @ApiProperty(optionalInstant) readonly last: string | null;
}

class LifeCycleView implements LifeCycleReading {
  @ApiProperty({ enum: LIFE_CYCLE_CLASSES, nullable: true, description: 'null: nothing may be concluded from what he does' })
  readonly class: LifeCycleReading['class'];
  @ApiProperty({ description: 'He has not bought for long, and is not inactive or former yet' }) readonly lapsing: boolean;
  @ApiProperty({ enum: CLASS_CAUSES }) readonly cause: LifeCycleReading['cause'];
  @ApiProperty({ ...optionalInstant, description: 'Until then nothing changes by itself; null: nothing ever does' }) readonly nextDue:
    string | null;
  @ApiProperty({ ...count, description: 'Of the thresholds by which he is classed' }) readonly policyVersion: number;
}

export class ClientView implements ShownProfile {
  @ApiProperty() readonly clientId: string;
  @ApiPropertyOptional({ type: 'object', additionalProperties: true }) readonly attributes?: Attributes;
  @ApiProperty(instant) readonly registeredAt: string;
  @ApiProperty({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'What rules may know of the person: day of birth, language, areas, which contact points there are, state of the file',
  })
  readonly person: ShownProfile['person'];
  @ApiPropertyOptional({
    type: 'object',
    additionalProperties: { type: 'number' },
    description:
      'Figures of the area where he lives, looked up now, as area.<measure>.<source>.<year>; left out where no statistics are installed',
    example: { 'area.income.bfs.2024': 84000 },
  })
  readonly area?: ShownProfile['area'];
  @ApiPropertyOptional({ ...count, nullable: true, description: 'Whole days since the last purchase' }) readonly recencyDays?:
    number | null;
  @ApiPropertyOptional({ ...count, description: 'Distinct days with a purchase' }) readonly frequency?: number;
  @ApiPropertyOptional({ ...countsByName, description: 'Cents by currency' }) readonly monetary?: Readonly<Record<string, number>>;
  @ApiPropertyOptional({ type: LifeCycleView }) readonly lifeCycle?: LifeCycleView;
  @ApiPropertyOptional({ type: Purchases }) readonly purchases?: Profile['purchases'];
  @ApiPropertyOptional({ type: Solicitations }) readonly solicitations?: Profile['solicitations'];
  @ApiPropertyOptional({ type: Responses }) readonly responses?: Profile['responses'];
  @ApiPropertyOptional({
    type: 'object',
    nullable: true,
    additionalProperties: true,
    description: 'What he has said about being addressed: consents, oppositions, restrictions, objections to profiling; null: nothing',
  })
  readonly consent?: Profile['consent'];
  @ApiPropertyOptional({ description: 'He wants to hear nothing at all, by a complaint too, and has not consented to anything since' })
  readonly opposed?: boolean;
  @ApiPropertyOptional({ description: 'His data is kept and used for nothing' }) readonly restricted?: boolean;
  @ApiPropertyOptional({ description: 'Nothing may be concluded from his behaviour' }) readonly objectsToProfiling?: boolean;
  @ApiPropertyOptional({ ...countsByName, description: 'The latest wave of each campaign into which the client was drawn' })
  readonly waves?: Readonly<Record<string, number>>;
  @ApiPropertyOptional(mergedIntoProperty) readonly mergedInto?: string;
  @ApiPropertyOptional(mergedProperty) readonly merged?: Profile['merged'];
  @ApiProperty(hiddenProperty) readonly hidden: readonly FieldGroup[];
}

export class TimelineEntry {
  @ApiProperty(count) readonly position: number;
  @ApiProperty(count) readonly revision: number;
  @ApiProperty({ example: 'MailingDispatched' }) readonly type: string;
  @ApiProperty({ ...instant, description: 'When it happened' }) readonly occurredAt: string;
  @ApiProperty({ ...instant, description: 'When the log took it' }) readonly recordedAt: string;
  @ApiProperty() readonly actor: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) readonly data: object;
  @ApiProperty(hiddenProperty) readonly hidden: readonly FieldGroup[];
}

class Proposal {
  @ApiProperty(count) readonly wave: number;
  @ApiProperty(ratesByName) readonly shares: Record<string, number>;
  @ApiProperty() readonly reason: string;
}

class VerdictView {
  @ApiProperty(optionalText) readonly winner: string | null;
  @ApiProperty({ type: [String], nullable: true }) readonly equivalent: string[] | null;
  @ApiProperty() readonly goodEnough: boolean;
  @ApiProperty() readonly leader: string;
  @ApiProperty(rate) readonly probability: number;
  @ApiProperty(rate) readonly threshold: number;
  @ApiProperty(count) readonly look: number;
  @ApiProperty(rate) readonly expectedLoss: number;
  @ApiProperty() readonly sentence: string;
}

class StopView {
  @ApiProperty(count) readonly waves: number;
  @ApiProperty() readonly whenDecided: boolean;
}

class PlanView implements Plan {
  @ApiProperty() readonly name: string;
  @ApiProperty({ enum: ['responses', 'profit'] }) readonly objective: Plan['objective'];
  @ApiProperty({ enum: ['response', 'purchase'] }) readonly reaction: Plan['reaction'];
  @ApiProperty({ type: [PlannedOffer] }) readonly offers: PlannedOffer[];
  @ApiProperty({ nullable: true, oneOf: [{ $ref: '#/components/schemas/Filter' }] }) readonly universe: Plan['universe'];
  @ApiPropertyOptional({ description: 'Only members of this segment' }) readonly segment?: string;
  @ApiProperty({ type: [String] }) readonly cells: string[];
  @ApiProperty(count) readonly waveSize: number;
  @ApiProperty(rate) readonly holdOut: number;
  @ApiProperty(count) readonly responseWindowDays: number;
  @ApiProperty(rate) readonly floor: number;
  @ApiProperty({ type: PlannedCap, nullable: true }) readonly contactCap: Plan['contactCap'];
  @ApiProperty() readonly drawOnce: boolean;
  @ApiProperty({ type: StopView }) readonly stop: Plan['stop'];
  @ApiProperty({ enum: ['autopilot', 'approval'] }) readonly launch: Plan['launch'];
  @ApiProperty({ enum: ['two-way', 'independent'] }) readonly posterior: Plan['posterior'];
  @ApiProperty() readonly seed: string;
  @ApiPropertyOptional({ enum: ['required'], description: 'Left out: not checked' }) readonly consent?: Plan['consent'];
  @ApiPropertyOptional({ description: 'marketing if left out' }) readonly purpose?: string;
}

export class CampaignView implements CampaignReading {
  @ApiProperty() readonly campaignId: string;
  @ApiProperty({ type: PlanView, description: 'As planned, every default written out' })
  readonly plan: CampaignReading['plan'];
  @ApiProperty({ enum: CAMPAIGN_STATUSES }) readonly status: CampaignReading['status'];
  @ApiProperty({ ...optionalText, description: 'Why it is paused or completed' }) readonly reason: string | null;
  @ApiProperty({ ...count, description: 'The latest wave launched, 0 before the first' }) readonly wave: number;
  @ApiProperty({ type: Proposal, nullable: true }) readonly proposal: CampaignReading['proposal'];
  @ApiProperty({ type: VerdictView, nullable: true }) readonly verdict: CampaignReading['verdict'];
}

class Counts implements TargetingCounts {
  @ApiProperty(count) readonly eligible: number;
  @ApiProperty(count) readonly drawn: number;
  @ApiProperty(count) readonly heldOut: number;
  @ApiProperty({ ...countsByName, description: 'Clients left out, by reason' }) readonly excluded: TargetingCounts['excluded'];
}

export class DryRunView {
  @ApiProperty({ ...count, description: 'The number of the next wave' }) readonly wave: number;
  @ApiProperty({ type: Counts }) readonly counts: TargetingCounts;
}

export class Paused extends Written {
  @ApiProperty({ ...count, description: 'The latest wave' }) readonly wave: number;
  @ApiProperty({ ...count, description: 'Mailings of that wave that are out' }) readonly out: number;
  @ApiProperty({ description: 'Dispatch stands still' }) readonly halted: boolean;
}

class TallyView {
  @ApiProperty(count) readonly clients: number;
  @ApiProperty(count) readonly responded: number;
  @ApiProperty(count) readonly purchased: number;
}

class Late {
  @ApiProperty(count) readonly responses: number;
  @ApiProperty(count) readonly purchases: number;
}

class LiftView {
  @ApiProperty(rate) readonly lift: number;
  @ApiProperty(rate) readonly low: number;
  @ApiProperty(rate) readonly high: number;
}

class AnalysisView implements Analysis {
  @ApiProperty(count) readonly decided: number;
  @ApiProperty(count) readonly skipped: number;
  @ApiProperty(count) readonly contacted: number;
  @ApiProperty(count) readonly heldOut: number;
  @ApiProperty(count) readonly responses: number;
  @ApiProperty({ ...rate, description: 'Responses per client decided; low and high are its 95% interval' }) readonly rate: number;
  @ApiProperty(rate) readonly low: number;
  @ApiProperty(rate) readonly high: number;
  @ApiProperty({ type: LiftView, nullable: true, description: 'Cumulative over the permanent hold-out' }) readonly lift: Analysis['lift'];
  @ApiProperty(cents) readonly cost: number;
  @ApiProperty(cents) readonly margin: number;
  @ApiProperty({ type: VerdictView }) readonly verdict: Analysis['verdict'];
  @ApiProperty({ type: 'object', additionalProperties: countsByName, description: 'Millionths by cell and offer for the next wave' })
  readonly allocation: Allocation;
  @ApiProperty({ ...ratesByName, description: 'Share of each offer in the next wave' }) readonly shares: Readonly<Record<string, number>>;
  @ApiProperty() readonly reason: string;
}

const TALLY_REF = { $ref: '#/components/schemas/TallyView' };

export class WaveView implements WaveResults {
  @ApiProperty() readonly campaignId: string;
  @ApiProperty(count) readonly wave: number;
  @ApiProperty({ enum: ['targeting', 'dispatching', 'open', 'closed', 'analysed', 'abandoned'] }) readonly status: WaveResults['status'];
  @ApiProperty({ type: PlanView }) readonly plan: WaveResults['plan'];
  @ApiProperty(instant) readonly launchedAt: string;
  @ApiProperty({ type: Counts, nullable: true }) readonly targeting: TargetingCounts | null;
  @ApiProperty({ ...optionalText, description: 'Seals the ledger of the wave' }) readonly merkleRoot: string | null;
  @ApiProperty(count) readonly mailed: number;
  @ApiProperty({ ...countsByName, description: 'Clients to whom nothing was sent, by reason' }) readonly withheld: Readonly<
    Record<string, number>
  >;
  @ApiProperty({ ...count, description: 'Answers that a recorded trial could not give' }) readonly skipped: number;
  @ApiProperty({
    type: 'object',
    additionalProperties: { type: 'object', additionalProperties: TALLY_REF },
    description: 'By cell and offer',
  })
  readonly arms: WaveResults['arms'];
  @ApiProperty({ type: TallyView }) readonly heldOut: WaveResults['heldOut'];
  @ApiProperty({ type: TallyView, description: 'Clients drawn to whom nothing could be sent' }) readonly unsent: WaveResults['unsent'];
  @ApiProperty({ ...countsByName, description: 'Cents by currency' }) readonly amounts: Readonly<Record<string, number>>;
  @ApiProperty(cents) readonly cost: number;
  @ApiProperty({ type: Late, description: 'Reactions recorded after the wave was closed' }) readonly late: WaveResults['late'];
  @ApiProperty({ type: AnalysisView, nullable: true }) readonly analysis: Analysis | null;
}

class DecisionView implements DecisionReading {
  @ApiProperty(count) readonly wave: number;
  @ApiProperty() readonly cell: string;
  @ApiProperty({ ...optionalText, description: 'The offer drawn; null for the hold-out' }) readonly arm: string | null;
  @ApiProperty({ ...countsByName, nullable: true, description: 'Millionths by offer, as drawn from' })
  readonly propensities: DecisionReading['propensities'];
  @ApiProperty({ ...optionalText, description: 'mailed, or why nothing was sent; null until it has been carried out' })
  readonly outcome: DecisionReading['outcome'];
  @ApiProperty() readonly responded: boolean;
  @ApiProperty() readonly purchased: boolean;
  @ApiProperty() readonly answerUnknown: boolean;
}

export class ExplanationView {
  @ApiProperty() readonly campaignId: string;
  @ApiProperty(count) readonly wave: number;
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ description: 'Whether the client was drawn into the wave' }) readonly drawn: boolean;
  @ApiPropertyOptional({ type: DecisionView }) readonly decision?: DecisionReading;
  @ApiPropertyOptional({
    description: 'Why there is no decision for him',
    enum: [
      'merged',
      'outside-universe',
      'erased',
      'deceased',
      'closed',
      'restricted',
      'opposed',
      'suppressed',
      'no-contact-point',
      'no-consent',
      'objects-to-profiling',
      'already-drawn',
      'contact-cap',
      'not-registered-yet',
      'eligible-not-drawn',
      'not-decided-yet',
      'wave-abandoned',
    ],
  })
  readonly reason?: string;
}
