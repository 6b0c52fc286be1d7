import { ApiProperty } from '@nestjs/swagger';
import { Rule } from '@boucle/segments';
import { IsObject } from 'class-validator';
import { idProperty, IsId, IsWord, wordProperty } from '../fields.js';

const segmentProperty = { ...idProperty, example: 'loyal-wine' };

/** Names a rule; the rule is checked by who takes it down. */
export class DefineSegment {
  @ApiProperty(segmentProperty) @IsId() readonly segmentId: string;
  @ApiProperty({ ...wordProperty(100, 'Loyal wine drinkers'), description: 'What people call it; never the name of a person' })
  @IsWord(1, 100)
  readonly name: string;
  @ApiProperty({ type: 'object', additionalProperties: true }) @IsObject() readonly rule: Rule;
}

/** Comes from the door that has counted who belongs to it. */
export class ActivateSegment extends DefineSegment {
  /** The version whose rule was counted, or that a new rule follows. */
  readonly version: number;
  readonly asOf: number;
  readonly count: number;
  readonly hash: string;
}

export class RetireSegment {
  @ApiProperty(segmentProperty) @IsId() readonly segmentId: string;
}

/** Comes from who reads where people stand. */
export class ChangeSegmentMembers {
  readonly segmentId: string;
  readonly entered: readonly string[];
  readonly left: readonly string[];
  readonly rearranged?: true;
}

/** Comes from who reads where people stand, once he has read everybody. */
export class SettleSegment {
  readonly segmentId: string;
  readonly version: number;
}
