import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FIELD_GROUPS, FieldGroup } from '@boucle/access';
import { Identity } from '@boucle/clients';
import { Hiding } from './field-groups.js';
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

export class IdentityView extends WholeIdentityView implements Hiding {
  @ApiProperty(hiddenProperty) readonly hidden: readonly FieldGroup[];
}
