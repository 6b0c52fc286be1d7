import { SettingError } from './config.js';

/** What a process may do: serve the API, keep read models, run the loop, send mailings, carry events to the bus and from it. */
export const PROCESS_ROLES = ['api', 'projections', 'saga', 'dispatch', 'relay'] as const;

export type ProcessRole = (typeof PROCESS_ROLES)[number];

/** The roles in a list with commas between; throws a sentence that names a stranger. */
export const rolesOf = (text: string): readonly ProcessRole[] => {
  const named = text.split(',').map((name) => name.trim());
  const stranger = named.find((name) => !PROCESS_ROLES.some((role) => role === name));
  if (stranger !== undefined) throw new SettingError(`There is no role "${stranger}"; there are ${PROCESS_ROLES.join(', ')}`);
  return PROCESS_ROLES.filter((role) => named.includes(role));
};
