/** What a process may do: serve the API, keep read models, run the loop, send mailings, carry events to the bus and from it. */
export const ROLES = ['api', 'projections', 'saga', 'dispatch', 'relay'] as const;

export type Role = (typeof ROLES)[number];

/** The roles in a list with commas between; throws a sentence that names a stranger. */
export const rolesOf = (text: string): readonly Role[] => {
  const named = text.split(',').map((name) => name.trim());
  const stranger = named.find((name) => !ROLES.some((role) => role === name));
  if (stranger !== undefined) throw new Error(`There is no role "${stranger}"; there are ${ROLES.join(', ')}`);
  return ROLES.filter((role) => named.includes(role));
};
