import { Portfolio } from '../record/portfolios.projection.js';
import { OtherFile } from './whole-identity.js';

/** Who looks after a person, and what is planned with him, by all his files: what his own says comes first. */
export const wholePortfolio = (own: Portfolio, files: readonly OtherFile<Portfolio>[]): Portfolio => {
  const all = [own, ...files.map(({ document }) => document)];
  const planned = files.flatMap(({ clientId, document }) =>
    Object.entries(document.planned).map(([contactId, one]) => [`${clientId}/${contactId}`, one] as const),
  );
  return {
    ...own,
    ownerId: all.find(({ ownerId }) => ownerId !== null)?.ownerId ?? null,
    prospect: all.find(({ prospect }) => prospect !== null)?.prospect ?? null,
    planned: { ...own.planned, ...Object.fromEntries(planned) },
  };
};
