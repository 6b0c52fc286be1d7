import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FieldGroup } from '@boucle/access';
import { Actions, Conversion, OLDEST_RATE_DAYS, Reactions } from '@boucle/clients';
import { ShownFile, ShownReactions } from './field-groups.js';
import { hiddenProperty, IdentityView } from './identity-view.js';

const entries = (description: string) => ({
  type: 'array' as const,
  items: { type: 'object' as const, additionalProperties: true },
  description: `${description}; as the command said, with the instant`,
});
const byCurrency = (values: object, description: string) => ({ type: 'object' as const, additionalProperties: values, description });

const LINES = ', lines with their articles, null where that is not known';

class ActionsView implements Actions {
  @ApiProperty(entries('Mailings of waves')) readonly mailings: Actions['mailings'];
  @ApiProperty(entries('Calls, visits, meetings and other letters, each with the reports on it')) readonly contacts: Actions['contacts'];
  @ApiProperty(entries('Contacts neither held nor cancelled, the next one first')) readonly planned: Actions['planned'];
}

class ReactionsView implements ShownReactions {
  @ApiProperty(entries(`Purchases, each with the cents that are left of it, null where it is not kept${LINES}`))
  readonly purchases: Reactions['purchases'];
  @ApiProperty(entries(`Returns${LINES}`)) readonly returns: Reactions['returns'];
  @ApiProperty(entries(`Orders, each with its cancellation${LINES}`)) readonly orders: Reactions['orders'];
  @ApiPropertyOptional(entries('Invoices, each with its reminders and the cents that are open of it'))
  readonly invoices?: Reactions['invoices'];
  @ApiPropertyOptional(entries('Payments')) readonly payments?: Reactions['payments'];
  @ApiPropertyOptional(byCurrency({ type: 'integer' }, 'What the invoices less the payments come to, in cents'))
  readonly openBalances?: Reactions['openBalances'];
  @ApiPropertyOptional(byCurrency({ type: 'object', additionalProperties: true }, 'What another system said last'))
  readonly reportedBalances?: Reactions['reportedBalances'];
  @ApiProperty(entries('Contracts and subscriptions, each with its renewals, notices and end')) readonly contracts: Reactions['contracts'];
  @ApiProperty(entries('Memberships of clubs, each with how it ended')) readonly memberships: Reactions['memberships'];
  @ApiProperty(entries('After-sales cases, each with how it was closed')) readonly cases: Reactions['cases'];
  @ApiProperty(entries('All other reactions')) readonly responses: Reactions['responses'];
}

class ConversionView implements Conversion {
  @ApiProperty() readonly currency: string;
  @ApiProperty({ type: 'integer', description: 'In cents' }) readonly amount: number;
  @ApiProperty(
    byCurrency(
      { type: 'integer' },
      `Cents that no rate of the day, or of the ${OLDEST_RATE_DAYS} days before, leads from; they are not part of the amount`,
    ),
  )
  readonly withoutRate: Conversion['withoutRate'];
}

export class ClientFileView implements ShownFile {
  @ApiProperty() readonly clientId: string;
  @ApiProperty({ type: IdentityView, description: 'Who he is' }) readonly personal: ShownFile['personal'];
  @ApiProperty({ type: ActionsView, description: 'What we did towards him' }) readonly actions: Actions;
  @ApiProperty({ type: ReactionsView, description: 'What he did' }) readonly reactions: ShownReactions;
  @ApiProperty({
    type: 'object',
    additionalProperties: {
      type: 'object',
      properties: { at: { type: 'string', format: 'date-time' }, by: { type: 'string' } },
      required: ['at', 'by'],
    },
    description: 'Who said last what is known of him, and when, by field; `import:` and its source for what came in a file',
  })
  readonly said: ShownFile['said'];
  @ApiPropertyOptional({
    type: ConversionView,
    description: 'What the purchases that were kept come to in the currency that was asked for',
  })
  readonly converted?: Conversion;
  @ApiProperty(hiddenProperty) readonly hidden: readonly FieldGroup[];
}
