import { Channel, CHANNELS, CODE } from '@boucle/clients';

/** What a column of consents or oppositions is about; null: all channels, or all purposes. */
export interface ConsentField {
  readonly says: 'consents' | 'oppositions';
  readonly channel: Channel | null;
  readonly purpose: string | null;
}

/** Reads `consents.email.newsletter`, `oppositions.phone`, `oppositions.email.survey` or `oppositions.all`; null: it is none of these. */
export const consentField = (name: string): ConsentField | null => {
  const [says, channel, purpose, ...rest] = name.split('.');
  const known = (CHANNELS as readonly string[]).includes(channel);
  if (rest.length > 0 || (purpose !== undefined && !CODE.test(purpose))) return null;
  if (says === 'consents') return known && purpose !== undefined ? { says, channel: channel as Channel, purpose } : null;
  if (says !== 'oppositions' || !(known || channel === 'all')) return null;
  return { says, channel: known ? (channel as Channel) : null, purpose: purpose ?? null };
};
