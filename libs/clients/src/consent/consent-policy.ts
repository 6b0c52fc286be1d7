import { Channel } from '../client/channel.js';
import { Basis } from './consent.events.js';

/** What a country asks of a contact from an instant on. */
export interface ContactRule {
  /** Country, channel and first day; the law is named beside it. */
  readonly name: string;
  /** ISO instant; null: always before the next one. */
  readonly from: string | null;
  /** What a contact may stand on. */
  readonly bases: readonly Basis[];
  /** Whether it needs none of them, as long as the person has not opposed. */
  readonly unlessOpposed: boolean;
  /** What holds against a foreign list whenever it was said; a consent after the entry always does. */
  readonly despiteLists: readonly Basis[];
}

type Rules = Readonly<Record<Channel, readonly ContactRule[]>>;

/** What the countries ask of a contact. A change of the table is a new version. */
export interface ConsentPolicy {
  readonly version: string;
  readonly countries: Readonly<Record<string, Rules>>;
  /** Where the country is not known, or has no rules here. */
  readonly elsewhere: Rules;
}

const CONSENT: readonly Basis[] = ['consent', 'double-opt-in'];
const CUSTOMER: readonly Basis[] = [...CONSENT, 'existing-customer'];

const rule = (name: string, bases: readonly Basis[], more: Partial<ContactRule> = {}): ContactRule => ({
  name,
  from: null,
  bases,
  unlessOpposed: false,
  despiteLists: [],
  ...more,
});
const optIn = (name: string): ContactRule => rule(name, CONSENT);
const customers = (name: string): ContactRule => rule(name, CUSTOMER);
const optOut = (name: string): ContactRule => rule(name, [], { unlessOpposed: true });

/** The rules that Boucle knows: a starting point, to be checked by whoever is responsible. */
export const CONSENT_POLICY: ConsentPolicy = {
  version: 'consent-2026-1',
  countries: {
    // RGPD, art. 21(2): opposition to direct marketing by post; likewise in the other countries
    FR: {
      // Code des postes et des communications électroniques, art. L34-5
      email: [customers('FR.email')],
      sms: [customers('FR.sms')],
      post: [optOut('FR.post')],
      phone: [
        // Code de la consommation, art. L223-1 until then: Bloctel
        optOut('FR.phone'),
        // the same article by the law 2025-594 of 30 June 2025, art. 13; midnight in Paris
        { ...optIn('FR.phone.2026-08-11'), from: '2026-08-10T22:00:00.000Z' },
      ],
    },
    CH: {
      // UWG art. 3(1)(o)
      email: [customers('CH.email')],
      sms: [customers('CH.sms')],
      post: [optOut('CH.post')],
      phone: [
        // UWG art. 3(1)(u): the asterisk of the directory, but for those who are customers already
        { ...optOut('CH.phone'), bases: CUSTOMER, despiteLists: CUSTOMER },
        // the same since 2021: who is in no directory is protected too, so that a number in it, without asterisk, is an interest to be stated
        {
          ...rule('CH.phone.2021-01-01', [...CUSTOMER, 'legitimate-interest'], { despiteLists: CUSTOMER }),
          from: '2020-12-31T23:00:00.000Z',
        },
      ],
    },
    DE: {
      // UWG § 7(2) 2 and § 7(3)
      email: [customers('DE.email')],
      sms: [customers('DE.sms')],
      post: [optOut('DE.post')],
      // UWG § 7(2) 1
      phone: [optIn('DE.phone')],
    },
    AT: {
      // TKG 2021 § 174(3) and (4)
      email: [customers('AT.email')],
      sms: [customers('AT.sms')],
      post: [optOut('AT.post')],
      // TKG 2021 § 174(1)
      phone: [optIn('AT.phone')],
    },
    BE: {
      // Code de droit économique, art. XII.13; arrêté royal of 4 April 2003
      email: [customers('BE.email')],
      sms: [customers('BE.sms')],
      post: [optOut('BE.post')],
      // Code de droit économique, art. VI.111 to VI.112: the list "Ne m'appelez plus", but for a later consent
      phone: [optOut('BE.phone')],
    },
  },
  elsewhere: {
    email: [optIn('elsewhere.email')],
    sms: [optIn('elsewhere.sms')],
    post: [optIn('elsewhere.post')],
    phone: [optIn('elsewhere.phone')],
  },
};

/** What a policy asks of a contact in a country at an instant. */
export const ruleFor = (policy: ConsentPolicy, country: string | null, channel: Channel, at: string): ContactRule => {
  const known = country !== null && Object.hasOwn(policy.countries, country);
  const rules = (known ? policy.countries[country] : policy.elsewhere)[channel];
  return rules.findLast(({ from }) => from === null || from <= at)!;
};
