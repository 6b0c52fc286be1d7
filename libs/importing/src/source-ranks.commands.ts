import { ApiProperty } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayUnique, IsArray, Matches } from 'class-validator';
import { CODE } from '@boucle/clients';

const MOST_SOURCES = 100;

/** Says whose word counts more. */
export class RankSources {
  @ApiProperty({
    type: 'array',
    maxItems: MOST_SOURCES,
    uniqueItems: true,
    items: { type: 'string', pattern: CODE.source },
    description:
      'Sources of imports, the one that counts most first; those that are not named count least. erp: what the ERP tells of customers; where it is named, its changes keep to the ranks too. people: what nobody imported and no ERP told, before all others if it is not named. None: the mapping alone decides',
    example: ['people', 'erp', 'shop', 'bought-list'],
  })
  @IsArray()
  @ArrayMaxSize(MOST_SOURCES)
  @ArrayUnique()
  @Matches(CODE, { each: true, message: '$property must be sources: each a letter, then up to 39 letters, digits and hyphens' })
  readonly sources: readonly string[];
}
