import { canonicalJson, Lookup, Message } from '@boucle/eventsourcing';
import { Basis, BASES, Client } from '@boucle/clients';
import { pointOf } from './client-commands.js';
import { ConsentField, consentField } from './consent-field.js';
import { RowFacts } from './row.js';

/** What a cell leads to, or why it is refused; the rest of its row is taken all the same. */
export type ConsentCell = { readonly field: string } & (
  { readonly message: Message; readonly at: string | null } | { readonly code: string; readonly reason: string; readonly remedy: string }
);

type Known = Pick<Client, 'points' | 'consent'>;

interface Proved {
  readonly basis: Basis;
  readonly proof: { readonly how: string; readonly wordingId: string } | null;
  /** ISO instant; null: nobody says. */
  readonly at: string | null;
}

const refused = (field: string, code: string, reason: string, remedy: string): ConsentCell => ({ field, code, reason, remedy });

const provedBy = (facts: RowFacts): Proved => {
  const { consentBasis = 'consent', consentHow, consentWording, consentDate } = facts as Record<string, string | undefined>;
  const proof = consentHow !== undefined && consentWording !== undefined ? { how: consentHow, wordingId: consentWording } : null;
  return { basis: consentBasis as Basis, proof, at: consentDate ?? null };
};

/** Why a consent cannot be taken from a file; null: it can. */
const flawOf = (
  field: string,
  { channel, purpose }: ConsentField,
  { basis, proof, at }: Proved,
  { consent }: Known,
): ConsentCell | null => {
  if (!BASES.includes(basis) || basis === 'existing-customer')
    return refused(
      field,
      'no-basis',
      `${basis} is no basis that a file can state`,
      'state consent, double-opt-in or legitimate-interest as consentBasis',
    );
  const isProved = basis !== 'legitimate-interest';
  if (isProved && (proof === null || at === null))
    return refused(
      field,
      'no-proof',
      'a consent without proof is none',
      'name the columns of consentDate, consentHow and consentWording, or give them in values',
    );
  const opposed = consent.oppositions.filter(
    (one) => (one.channel === null || one.channel === channel) && (one.purpose === null || one.purpose === purpose),
  );
  const last = opposed
    .map((one) => one.at)
    .sort()
    .at(-1);
  if (last === undefined || (isProved && at! > last)) return null;
  return refused(
    field,
    'opposed',
    `he opposed it on ${last.slice(0, 10)}, and no file turns that into a consent`,
    'leave the cell empty, or prove a consent of a later date',
  );
};

/** Consents stand under an id of their own, the same whenever they come again. */
const idOf = (lookup: Lookup, source: string, what: unknown): string =>
  `import-${lookup(`import/${source}/consent`, canonicalJson(what)).slice(0, 24)}`;

/** What the cells of a row say of how the client may be addressed; no opposition becomes a consent without proof of a later date. */
export const consentCells = (facts: RowFacts, known: Known, clientId: string, source: string, lookup: Lookup): ConsentCell[] => {
  const told = (facts.changedOn as string | undefined) ?? null;
  return Object.entries(facts).flatMap(([field, yes]): ConsentCell[] => {
    const about = consentField(field);
    if (!about) return [];
    const { says, channel, purpose } = about;
    if (says === 'oppositions') {
      if (!yes) return [];
      const at = (facts.oppositionDate as string | undefined) ?? told;
      const how = facts.oppositionHow as string | undefined;
      const oppositionId = idOf(lookup, source, [field, at]);
      return [
        { field, at, message: { type: 'DeclareOpposition', data: { clientId, oppositionId, channel, purpose, ...(how && { how }) } } },
      ];
    }
    if (!yes) {
      const standing = known.consent.consents.filter(
        (one) => one.channel === channel && one.purpose === purpose && one.withdrawnAt === null && (told === null || one.givenAt < told),
      );
      return standing.map(({ id: consentId }) => ({
        field,
        at: told,
        message: { type: 'WithdrawConsent', data: { clientId, consentId } },
      }));
    }
    const proved = provedBy(facts);
    const flaw = flawOf(field, about, proved, known);
    if (flaw) return [flaw];
    const { basis, proof, at } = proved;
    const consentId = idOf(lookup, source, [field, basis, proof, at]);
    const pointId = pointOf(facts, known.points, channel!, lookup);
    const data = { clientId, consentId, channel, purpose, basis, ...(pointId !== null && { pointId }), ...(proof && { proof }) };
    const given = { field, at: at ?? told, message: { type: 'GiveConsent', data } };
    return basis === 'double-opt-in' ? [given, { ...given, message: { type: 'ConfirmConsent', data: { clientId, consentId } } }] : [given];
  });
};
