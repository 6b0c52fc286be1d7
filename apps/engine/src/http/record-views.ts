import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Company, Household, HouseholdProposal, PointOfSale, SalespersonFile } from '@boucle/clients';

const anything = { type: 'object' as const, additionalProperties: true };
const optionalText = { type: 'string' as const, nullable: true };
const members = {
  type: 'object' as const,
  additionalProperties: {
    type: 'object' as const,
    properties: {
      role: { type: 'string' as const },
      from: { type: 'string' as const },
      until: optionalText,
      deceased: { type: 'boolean' as const },
    },
  },
  description: 'By client: the role, since when, and until when; deceased stands with who has died',
};

export class CompanyView implements Company {
  @ApiProperty() readonly companyId: string;
  @ApiProperty({ ...anything, nullable: true, description: 'null: somebody has a role in it, and nothing else is known' })
  readonly company: Company['company'];
  @ApiProperty() readonly closed: boolean;
  @ApiProperty(members) readonly members: Company['members'];
}

export class PointOfSaleView implements PointOfSale {
  @ApiProperty() readonly pointOfSaleId: string;
  @ApiProperty(anything) readonly pointOfSale: PointOfSale['pointOfSale'];
  @ApiProperty() readonly closed: boolean;
}

/** A salesperson, and who does his work today. */
export interface ActingSalesperson extends SalespersonFile {
  readonly acting: string;
}

export class SalespersonView implements ActingSalesperson {
  @ApiProperty() readonly salespersonId: string;
  @ApiProperty({ enum: ['salesperson', 'agent'] }) readonly kind: SalespersonFile['kind'];
  @ApiProperty({ type: 'array', items: anything }) readonly areas: SalespersonFile['areas'];
  @ApiProperty({ ...anything, nullable: true }) readonly identity: SalespersonFile['identity'];
  @ApiProperty({ type: 'array', items: anything }) readonly absences: SalespersonFile['absences'];
  @ApiProperty({ ...optionalText, description: 'Who has his portfolio now' }) readonly handedTo: string | null;
  @ApiProperty({ description: 'Who does his work today: himself, or who stands in for him' }) readonly acting: string;
}

class HouseholdValue {
  @ApiProperty({ type: 'integer', description: 'Of those who live in it now' }) readonly purchases: number;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'integer' }, description: 'Cents by currency' })
  readonly monetary: Readonly<Record<string, number>>;
  @ApiProperty({ type: 'integer' }) readonly responses: number;
}

/** A household, and what those who live in it are worth together. */
export interface ValuedHousehold extends Household {
  readonly value: { readonly purchases: number; readonly monetary: Readonly<Record<string, number>>; readonly responses: number };
}

export class HouseholdView implements ValuedHousehold {
  @ApiProperty() readonly householdId: string;
  @ApiProperty(members) readonly members: Household['members'];
  @ApiProperty({ ...optionalText, description: 'The member who gets the mail of all; null: each his own' }) readonly addressee:
    string | null;
  @ApiProperty(optionalText) readonly salutation: string | null;
  @ApiProperty({ type: HouseholdValue }) readonly value: HouseholdValue;
}

export class ProposalView implements HouseholdProposal {
  @ApiProperty({ enum: ['same-name', 'same-roof'], description: 'same-roof: other names, so a person has to look at it' })
  readonly kind: HouseholdProposal['kind'];
  @ApiProperty({ type: [String] }) readonly clientIds: readonly string[];
}

/** A client of a salesperson, and what comes next. */
export interface PortfolioLine {
  readonly clientId: string;
  readonly stage: string | null;
  readonly nextStep: string | null;
  readonly nextOn: string | null;
  readonly nextContact: string | null;
}

export class PortfolioLineView implements PortfolioLine {
  @ApiProperty() readonly clientId: string;
  @ApiProperty(optionalText) readonly stage: string | null;
  @ApiProperty(optionalText) readonly nextStep: string | null;
  @ApiProperty(optionalText) readonly nextOn: string | null;
  @ApiProperty({ ...optionalText, description: 'When the next planned contact is' }) readonly nextContact: string | null;
}

/** A planned contact with whom it is. */
export interface CalendarLine {
  readonly clientId: string;
  /** The id under which it was planned; left out: his own. */
  readonly alias?: string;
  readonly contactId: string;
  readonly kind: string;
  readonly at: string;
  readonly durationMinutes: number;
  readonly name: string | null;
  readonly note: string | null;
}

export class CalendarLineView implements CalendarLine {
  @ApiProperty() readonly clientId: string;
  @ApiPropertyOptional({ description: 'The id under which it was planned; left out: his own' }) readonly alias?: string;
  @ApiProperty() readonly contactId: string;
  @ApiProperty() readonly kind: string;
  @ApiProperty({ type: 'string', format: 'date-time' }) readonly at: string;
  @ApiProperty({ type: 'integer' }) readonly durationMinutes: number;
  @ApiProperty({ ...optionalText, description: 'Of the client' }) readonly name: string | null;
  @ApiProperty(optionalText) readonly note: string | null;
}
