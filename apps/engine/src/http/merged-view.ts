import { ApiProperty } from '@nestjs/swagger';
import { MergedId } from '@boucle/clients';

class MergedIdView implements MergedId {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ type: 'object', additionalProperties: { type: 'string' }, description: 'Whose value counts, by field' })
  readonly winners: MergedId['winners'];
}

/** How the document describes with whom a client is one. */
export const mergedIntoProperty = { description: 'The client who answers, where the one asked for is an alias of his' };
export const mergedProperty = { type: () => [MergedIdView], description: 'The files merged into his; left out where there are none' };
