import { Message } from '@boucle/eventsourcing';

/** A point on the earth, in degrees of WGS 84. */
export interface GeoPoint {
  readonly latitude: number;
  readonly longitude: number;
}

/** A place with its postal code; a place may have many, and a code many places. */
export interface Locality {
  /** ISO 3166 alpha-2. */
  readonly country: string;
  readonly postalCode: string;
  readonly locality: string;
  /** Of the commune in which it lies. */
  readonly communeCode?: string;
  /** Where it lies; left out: the list does not say. */
  readonly centre?: GeoPoint;
  /** The code is of somebody who gets much mail: in France the CEDEX of a firm or an authority. */
  readonly cedex?: true;
}

export type LocalityEvent =
  /** Some lines of a list of localities came in; they count once the list is installed. */
  | Message<'LocalitiesEntered', { edition: string; part: number; localities: readonly Locality[] }>
  /** From now on addresses of these countries are checked against this list; how many localities each has. */
  | Message<'LocalitiesInstalled', { edition: string; source: string; countries: Readonly<Record<string, number>> }>;
