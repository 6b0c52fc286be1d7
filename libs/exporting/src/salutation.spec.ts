import { Person } from '@boucle/clients';
import { envelopeName, salutationFor } from './salutation.js';

const anna: Person = { civility: 'ms', firstName: 'Anna', lastName: 'Keller' };

it.each<[person: Person, salutation: string | null, envelope: string | null, dear: string]>([
  [{ ...anna, language: 'de' }, null, 'Frau Anna Keller', 'Sehr geehrte Frau Keller'],
  [{ ...anna, civility: 'mr', language: 'de' }, null, 'Herr Anna Keller', 'Sehr geehrter Herr Keller'],
  [{ ...anna, language: 'fr' }, null, 'Madame Anna Keller', 'Madame'],
  [{ ...anna, language: 'it' }, null, 'Signora Anna Keller', 'Gentile Signora Keller'],
  [{ ...anna, language: 'rm' }, null, 'Ms Anna Keller', 'Dear Ms Keller'],
  [{ ...anna, civility: 'neutral', language: 'de' }, null, 'Anna Keller', 'Guten Tag Anna Keller'],
  [{ civility: 'ms', firstName: 'Anna', language: 'en' }, null, 'Ms Anna', 'Dear Anna'],
  [{ language: 'de' }, null, null, 'Sehr geehrte Damen und Herren'],
  [{ ...anna, language: 'de' }, 'family', 'Familie Keller', 'Sehr geehrte Familie Keller'],
  [{ ...anna, language: 'fr' }, 'couple', 'Madame et Monsieur Keller', 'Madame, Monsieur'],
  [{ ...anna, language: 'de' }, 'flatmates', 'Frau Anna Keller', 'Sehr geehrte Frau Keller'],
])('%j with the salutation %s of a household', (person, salutation, envelope, dear) => {
  expect(envelopeName(person, salutation)).toBe(envelope);
  expect(salutationFor(person, salutation)).toBe(dear);
});
