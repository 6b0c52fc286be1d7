import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FieldGroup } from '@boucle/access';
import { BASES, Channel, CHANNELS, ConsentReading, ConsentStatement, OppositionStatement, PointAnswer, Suppression } from '@boucle/clients';
import { Hiding } from './field-groups.js';
import { hiddenProperty } from './identity-view.js';
import { mergedIntoProperty } from './merged-view.js';

const instant = { type: 'string' as const, format: 'date-time' };
const maybe = (what: object) => ({ ...what, type: 'string' as const, nullable: true });
const by = { ...maybe({}), description: 'Who gave it or took it down; null: not known, or erased' };

class ConsentPoint {
  @ApiProperty() readonly pointId: string;
  @ApiProperty({ ...maybe(instant), description: 'Until when it was his' }) readonly until: string | null;
}

class ProofView {
  @ApiProperty() readonly how: string;
  @ApiProperty() readonly wordingId: string;
}

class ConsentView implements ConsentStatement {
  @ApiProperty() readonly id: string;
  @ApiProperty({ enum: CHANNELS }) readonly channel: Channel;
  @ApiProperty() readonly purpose: string;
  @ApiProperty({ enum: BASES }) readonly basis: ConsentStatement['basis'];
  @ApiProperty(instant) readonly givenAt: string;
  @ApiProperty({ ...maybe(instant), description: 'Of a double opt-in' }) readonly confirmedAt: string | null;
  @ApiProperty(maybe(instant)) readonly withdrawnAt: string | null;
  @ApiProperty(maybe(instant)) readonly expiresAt: string | null;
  @ApiProperty({ type: [ConsentPoint] }) readonly points: ConsentStatement['points'];
  @ApiProperty(maybe({})) readonly purchaseId: string | null;
  @ApiProperty({ type: ProofView, nullable: true }) readonly proof: ConsentStatement['proof'];
  @ApiProperty(by) readonly by: string | null;
  @ApiProperty() readonly actor: string;
}

class OppositionView implements OppositionStatement {
  @ApiProperty() readonly id: string;
  @ApiProperty({ ...maybe({}), description: 'null: all of them, here and below' }) readonly channel: Channel | null;
  @ApiProperty(maybe({})) readonly purpose: string | null;
  @ApiProperty(maybe({})) readonly pointId: string | null;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty(maybe({})) readonly how: string | null;
  @ApiProperty(by) readonly by: string | null;
  @ApiProperty() readonly actor: string;
}

class SuppressionView implements Suppression {
  @ApiProperty() readonly listId: string;
  @ApiProperty({ example: 'robinson' }) readonly source: string;
  @ApiProperty({ description: 'Whether it is our own: those who opposed us' }) readonly own: boolean;
  @ApiProperty({ type: [String], enum: CHANNELS }) readonly channels: readonly Channel[];
  @ApiProperty(maybe({ description: 'What for; null: for anything' })) readonly purpose: string | null;
  @ApiProperty() readonly pointId: string;
  @ApiProperty({ ...instant, description: 'When it was entered' }) readonly from: string;
  @ApiProperty(maybe(instant)) readonly until: string | null;
}

class PointAnswerView {
  @ApiProperty({ enum: CHANNELS }) readonly channel: Channel;
  @ApiProperty() readonly purpose: string;
  @ApiProperty() readonly pointId: string;
  @ApiProperty() readonly allowed: boolean;
  @ApiProperty({ type: 'string', description: 'What it stands on, or why not', example: 'no-consent' })
  readonly reason: PointAnswer['reason'];
  @ApiProperty({ description: 'Version of the rules', example: 'consent-2026-1' }) readonly policy: string;
  @ApiProperty({ description: 'The rule that applied', example: 'FR.phone.2026-08-11' }) readonly rule: string;
  @ApiProperty({ ...maybe({}), description: 'The consent, opposition or list that decided' }) readonly by: string | null;
}

class MergedStatementsView {
  @ApiProperty({ description: 'The alias under which it was said' }) readonly clientId: string;
  @ApiProperty({ type: [ConsentView] }) readonly consents: ConsentReading['consents'];
  @ApiProperty({ type: [OppositionView] }) readonly oppositions: ConsentReading['oppositions'];
}

export class ConsentsView implements ConsentReading, Hiding {
  @ApiProperty() readonly clientId: string;
  @ApiPropertyOptional(mergedIntoProperty) readonly mergedInto?: string;
  @ApiProperty(instant) readonly at: string;
  @ApiProperty({ description: 'The data is kept and used for nothing' }) readonly restricted: boolean;
  @ApiProperty({ description: 'Nothing may be concluded from his behaviour' }) readonly objectsToProfiling: boolean;
  @ApiProperty({ type: [ConsentView] }) readonly consents: ConsentReading['consents'];
  @ApiProperty({ type: [OppositionView] }) readonly oppositions: ConsentReading['oppositions'];
  @ApiProperty({
    type: [MergedStatementsView],
    description: 'What he has said under the ids that are aliases of his; the answers count it',
  })
  readonly merged: ConsentReading['merged'];
  @ApiProperty({
    type: [SuppressionView],
    description: 'What suppression lists had said of his contact points by then, also what had ceased to count',
  })
  readonly suppressions: ConsentReading['suppressions'];
  @ApiProperty({ type: [PointAnswerView] }) readonly answers: ConsentReading['answers'];
  @ApiProperty(hiddenProperty) readonly hidden: readonly FieldGroup[];
}
