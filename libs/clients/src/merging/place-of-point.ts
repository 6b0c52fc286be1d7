import { Client } from '../client/client.js';

/** The file that has a contact point, and what it is called there. */
export interface PlaceOfPoint {
  readonly clientId: string;
  readonly pointId: string;
}

/** Where a contact point of a person's whole file stands: in the file of the survivor, also if nothing is known of it, or in one that was merged into it. */
export const placeOfPoint = (client: Client, clientId: string, pointId: string): PlaceOfPoint => {
  if (Object.hasOwn(client.points, pointId)) return { clientId, pointId };
  for (const [mergedId, { reach }] of Object.entries(client.merging.files))
    for (const [id, names] of Object.entries(reach.names)) if (names.includes(pointId)) return { clientId: mergedId, pointId: id };
  return { clientId, pointId };
};
