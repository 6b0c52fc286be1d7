import { Rule } from '@boucle/segments';
import { segmentsAsking, segmentsByName } from './segment-use.js';
import { Segment } from './segment.decider.js';

const segment = (rule: Rule, status: Segment['status'] = 'active'): Segment => ({ name: 'one', rule, version: 1, status });
const grown: Rule = { is: '>=', value: { field: 'age' }, than: 18 };
const french: Rule = { is: '=', value: { field: 'language' }, than: 'fr' };
const tallHat: Rule = { is: 'filled', value: { field: 'field.hat' } };
const faithful: Rule = {
  is: '>=',
  value: { measure: 'count', of: 'purchases', where: { is: 'filled', value: { field: 'tenure' } } },
  than: 2,
};

it('a field is used by the segments whose rules ask it, under whatever name, but for retired ones', () => {
  const users = segmentsByName({
    grown: segment({ is: 'and', parts: [grown, { is: 'not', rule: french }] }),
    hats: segment({ is: 'or', parts: [tallHat, french] }, 'draft'),
    old: segment(french, 'retired'),
    faithful: segment(faithful),
  });
  expect(Object.fromEntries(['birthDate', 'language', 'hat', 'tenure'].map((field) => [field, segmentsAsking(field, users)]))).toEqual({
    birthDate: ['grown'],
    language: ['grown', 'hats'],
    hat: ['hats'],
    // what is asked of a purchase is no field of the person
    tenure: [],
  });
  expect(users.get('purchases')).toEqual(['faithful']);
});
