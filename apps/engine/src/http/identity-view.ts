import { ApiProperty, ApiPropertyOptional, OmitType } from '@nestjs/swagger';
import { FIELD_GROUPS, FieldGroup } from '@boucle/access';
import { BirthDateCheck, dayProperty, Identity, StateOnDay } from '@boucle/clients';
import { ShownIdentity } from './field-groups.js';
import { mergedIntoProperty, mergedProperty } from './merged-view.js';

const anything = { type: 'object' as const, additionalProperties: true };

/** How the document describes what is left out of an answer. */
export const hiddenProperty = {
  enum: FIELD_GROUPS,
  isArray: true,
  description: 'Groups of fields that are left out here, as the role of the key does not see them',
};

export class FileState {
  @ApiProperty() readonly deceased: boolean;
  @ApiProperty() readonly closed: boolean;
  @ApiProperty() readonly creditBlocked: boolean;
}

export class StateOnDayView extends FileState implements StateOnDay {
  @ApiProperty({ description: 'He is known to be under age today' }) readonly minor: boolean;
}

export class BirthDateCheckView implements BirthDateCheck {
  @ApiProperty({ description: 'It looks like what forms put where nothing is known' }) readonly suspicious: boolean;
  @ApiProperty({ ...dayProperty, description: 'When he is greeted this year: who was born on 29 February, on the 28th of other years' })
  readonly greetedOn: string;
}

class ReferenceView {
  @ApiProperty({ example: 'erp' }) readonly system: string;
  @ApiProperty({ example: '4711' }) readonly number: string;
  @ApiProperty({ description: 'The keyed hash by which the client is found' }) readonly lookup: string;
}

export class WholeIdentityView implements Identity {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ ...anything, description: 'What is known; what is not named is not known' }) readonly person: Identity['person'];
  @ApiProperty({ ...anything, nullable: true, description: 'How he came into the client base' }) readonly origin: Identity['origin'];
  @ApiProperty({ ...anything, description: 'By id: address, validity, why mail came back' }) readonly addresses: Identity['addresses'];
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'By id' }) readonly emails: Identity['emails'];
  @ApiProperty({ ...anything, description: 'By id: as given, in E.164, and the kind of line' }) readonly phones: Identity['phones'];
  @ApiProperty({ type: [ReferenceView] }) readonly references: Identity['references'];
  @ApiProperty({ type: 'string', nullable: true }) readonly householdId: string | null;
  @ApiProperty({ type: FileState }) readonly state: Identity['state'];
  @ApiPropertyOptional(mergedIntoProperty) readonly mergedInto?: string;
  @ApiPropertyOptional(mergedProperty) readonly merged?: Identity['merged'];
}

export class IdentityView extends OmitType(WholeIdentityView, ['state'] as const) implements ShownIdentity {
  @ApiProperty({ type: StateOnDayView }) readonly state: StateOnDay;
  @ApiProperty({ type: BirthDateCheckView, nullable: true, description: 'Of his day of birth; null: it is not known, or not shown' })
  readonly birthday: BirthDateCheck | null;
  @ApiProperty(hiddenProperty) readonly hidden: readonly FieldGroup[];
}
