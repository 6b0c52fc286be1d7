import { Expression, FieldFamily } from '@boucle/segments';
import { Channel, CHANNELS } from '../client/channel.js';
import { ConsentFact } from '../consent/consent-facts.js';
import { isOpposedTo } from '../consent/contact-permission.js';
import { storedConsent, storedOpposition, storedPurposes } from '../consent/stored-consent.js';
import { entry } from '../entries.js';
import { Classified, classOf } from '../life-cycle/life-cycle.js';
import { LIFE_CYCLE_CLASSES } from '../life-cycle/life-cycle.events.js';
import { storedClass } from '../life-cycle/stored-class.js';
import { ageAt, birthday, isSuspicious } from '../person/birth-date.js';
import { holdsOn } from '../person/person.js';
import { Person } from '../person/person.events.js';
import { storedAddresses, storedAge, storedBirthday } from '../person/stored-person.js';
import { areaFamilies, areaFieldsOf } from './area-fields.js';
import { behaviourFamilies, behaviourFields } from './behaviour-fields.js';
import { belongingFields, householdFamily } from './belonging-fields.js';
import { dayAfter, dayOf, earliest, field, Of, Read, startOf, stored } from './field.js';
import { CONTRACT_KINDS } from '../reaction/relation.events.js';
import { SegmentFacts } from './segment-facts.js';
import { SegmentSubject } from './segment-subject.js';
import { all, any, either, entriesAt, isNull, isThere, listAt, ofEach, orNull, some, those, wordsWhere } from './stored-expressions.js';

const codesOf = ({ catalogues }: SegmentFacts, catalogue: string): readonly string[] => Object.keys(catalogues.entries[catalogue] ?? {});

const CODED = {
  civility: 'civility',
  profession: 'profession',
  incomeBand: 'income band',
  familySituation: 'family situation',
  housing: 'housing',
  tenure: 'owner or tenant',
} as const satisfies Partial<Record<keyof Person, string>>;

const birthOf = ({ profile }: SegmentSubject): string | null => {
  const birthDate = profile.person?.birthDate ?? null;
  return birthDate === null || isSuspicious(birthDate) ? null : birthDate;
};

/** The next day on which he is a year older. */
const olderOn = (birthDate: string, day: string): string => {
  const year = Number(day.slice(0, 4));
  const days = [year, year + 1].map((one) => `${one}-${birthDate.slice(-5)}`);
  const next = days.find((one) => one > day)!;
  return Number.isNaN(Date.parse(next)) || new Date(next).toISOString().slice(5, 10) !== next.slice(5) ? `${next.slice(0, 4)}-03-01` : next;
};

const nextBirthday = (birthDate: string, day: string): string => {
  const year = Number(day.slice(0, 4));
  return [year, year + 1].map((one) => `${one}-${birthday(birthDate, one)}`).find((one) => one >= day)!;
};

const youngest = (years: readonly number[] = []): number | null => (years.length === 0 ? null : Math.max(...years));

const personFields = (facts: SegmentFacts): readonly Of[] => [
  stored('firstName', 'first name', 'text', 'identity.person.firstName', ({ identity }) => identity?.person.firstName),
  stored('lastName', 'last name', 'text', 'identity.person.lastName', ({ identity }) => identity?.person.lastName),
  ...(Object.keys(CODED) as (keyof typeof CODED)[]).map((name) =>
    stored(name, CODED[name], 'code', `identity.person.${name}`, ({ identity }) => identity?.person[name], { codes: codesOf(facts, name) }),
  ),
  stored('language', 'language', 'code', 'profile.person.language', ({ profile }) => profile.person?.language, {
    codes: codesOf(facts, 'language'),
  }),
  field(
    'age',
    'age',
    'number',
    (subject, at) => {
      const birthDate = birthOf(subject);
      return birthDate === null ? null : ageAt(birthDate, dayOf(at));
    },
    {
      stored: (of, at) => storedAge(of, dayOf(at)),
      turns: (subject, at) => {
        const birthDate = birthOf(subject);
        return birthDate === null || birthDate.startsWith('-') ? null : startOf(olderOn(birthDate, dayOf(at)));
      },
    },
  ),
  field(
    'birthday',
    'the next birthday, today included',
    'day',
    (subject, at) => {
      const birthDate = birthOf(subject);
      return birthDate === null ? null : nextBirthday(birthDate, dayOf(at));
    },
    {
      stored: (of, at) => storedBirthday(of, dayOf(at)),
      turns: (subject, at) => {
        const birthDate = birthOf(subject);
        return birthDate === null ? null : dayAfter(nextBirthday(birthDate, dayOf(at)));
      },
    },
  ),
  field('children', 'number of children', 'number', ({ identity }) => identity?.person.childrenBirthYears?.length, {
    stored: (of) => {
      const years = `${of}identity.person.childrenBirthYears`;
      return either(isNull(years), null, { $size: listAt(years) });
    },
  }),
  field(
    'youngestChildBorn',
    'year in which the youngest child was born',
    'number',
    ({ identity }) => youngest(identity?.person.childrenBirthYears),
    {
      stored: (of) => ({ $max: listAt(`${of}identity.person.childrenBirthYears`) }),
    },
  ),
  field('knownIn', 'other systems that know him by a number', 'list', ({ identity }) => identity?.references.map(({ system }) => system), {
    stored: (of) => ofEach(listAt(`${of}identity.references`), 'one', '$$one.system'),
  }),
  field('inHousehold', 'belongs to a household', 'flag', ({ identity }) => identity && identity.householdId !== null, {
    stored: (of) => either(isNull(`${of}identity.clientId`), null, isThere(`${of}identity.householdId`)),
  }),
];

const addressesAt = ({ profile }: SegmentSubject, at: string) =>
  Object.values(profile.person?.addresses ?? {}).filter(({ validity, returned }) => !returned && holdsOn(validity, dayOf(at)));

/** Where somebody lives may change from one day to the next if any of his addresses is bound to days. */
const moves = ({ profile }: SegmentSubject, at: string): string | null => {
  const addresses = Object.values(profile.person?.addresses ?? {});
  const bound = addresses.some(({ validity: { from, until, season } }) => from !== null || until !== null || season !== null);
  return bound ? dayAfter(dayOf(at)) : null;
};

const storedSome =
  (list: string) =>
  (of: string): Expression => ({ $gt: [{ $size: { $ifNull: [`${of}${list}`, []] } }, 0] });

const placeFields: readonly Of[] = [
  field('country', 'countries of his addresses', 'list', (subject, at) => addressesAt(subject, at).map(({ country }) => country), {
    stored: (of, at) => ofEach(storedAddresses(of, dayOf(at)), 'one', '$$one.v.country'),
    turns: moves,
  }),
  field(
    'postalCode',
    'postal codes of his addresses',
    'list',
    (subject, at) => addressesAt(subject, at).flatMap(({ postalCode }) => postalCode ?? []),
    {
      stored: (of, at) => {
        const codes = ofEach(storedAddresses(of, dayOf(at)), 'one', orNull('$$one.v.postalCode'));
        return those(codes, 'code', { $ne: ['$$code', null] });
      },
      turns: moves,
    },
  ),
  field(
    'locality',
    'localities of his addresses',
    'list',
    ({ identity }, at) =>
      Object.values(identity?.addresses ?? {}).flatMap(({ address, validity, returned }) =>
        address && returned === null && holdsOn(validity, dayOf(at)) ? [address.locality] : [],
      ),
    {
      stored: (of, at) => {
        const names = ofEach(storedAddresses(of, dayOf(at), 'identity.addresses'), 'one', orNull('$$one.v.address.locality'));
        return those(names, 'name', { $ne: ['$$name', null] });
      },
      turns: moves,
    },
  ),
  field('hasEmail', 'has an e-mail address', 'flag', ({ profile }) => (profile.person?.emails.length ?? 0) > 0, {
    stored: storedSome('profile.person.emails'),
  }),
  field('hasMobile', 'has a mobile phone', 'flag', ({ profile }) => (profile.person?.mobiles.length ?? 0) > 0, {
    stored: storedSome('profile.person.mobiles'),
  }),
  field('hasPhone', 'has a telephone on a line', 'flag', ({ profile }) => (profile.person?.landlines.length ?? 0) > 0, {
    stored: storedSome('profile.person.landlines'),
  }),
  field('hasAddress', 'has an address that mail reaches', 'flag', (subject, at) => addressesAt(subject, at).length > 0, {
    stored: (of, at) => some(storedAddresses(of, dayOf(at))),
    turns: moves,
  }),
];

const stateFields: readonly Of[] = [
  ...(['deceased', 'closed', 'creditBlocked'] as const).map((name) =>
    field(
      name,
      { deceased: 'has died', closed: 'is closed', creditBlocked: 'gets no credit' }[name],
      'flag',
      ({ profile }) => profile.person?.[name] ?? false,
      {
        stored: (of) => ({ $ifNull: [`${of}profile.person.${name}`, false] }),
      },
    ),
  ),
  field('campaigns', 'campaigns into which he was drawn, for the hold-out too', 'list', ({ profile }) => Object.keys(profile.waves), {
    stored: (of) => ofEach(entriesAt(`${of}profile.waves`), 'one', '$$one.k'),
  }),
  stored('registeredAt', 'in the client base since', 'instant', 'profile.registeredAt', ({ profile }) => profile.registeredAt),
];

const originFields = (facts: SegmentFacts): readonly Of[] => [
  stored('origin', 'how he was recruited', 'code', 'identity.origin.how', ({ identity }) => identity?.origin?.how, {
    codes: codesOf(facts, 'origin'),
  }),
  stored('heardOf', 'how he came to know the brand', 'code', 'identity.origin.heardOf', ({ identity }) => identity?.origin?.heardOf, {
    codes: codesOf(facts, 'heardOf'),
  }),
  stored('originFile', 'the external file he came with', 'text', 'identity.origin.file', ({ identity }) => identity?.origin?.file),
  stored('sponsor', 'the client who brought him', 'text', 'identity.origin.sponsorId', ({ identity }) => identity?.origin?.sponsorId),
  stored(
    'originCampaign',
    'the campaign that recruited him',
    'text',
    'identity.origin.campaignId',
    ({ identity }) => identity?.origin?.campaignId,
  ),
];

const countsAt = ({ basis, givenAt, confirmedAt, withdrawnAt, expiresAt }: ConsentFact, at: string): boolean => {
  const from = basis === 'double-opt-in' ? confirmedAt : givenAt;
  return from !== null && from <= at && (withdrawnAt === null || withdrawnAt > at) && (expiresAt === null || expiresAt > at);
};

const consentTurns = ({ profile }: SegmentSubject, at: string): string | null =>
  earliest(at, [
    ...(profile.consent?.consents ?? []).flatMap((one) => [one.givenAt, one.confirmedAt, one.withdrawnAt, one.expiresAt]),
    ...(profile.consent?.oppositions ?? []).map((one) => one.at),
  ]);

const channelsWhere =
  (holds: (consent: NonNullable<SegmentSubject['profile']['consent']>, channel: Channel, at: string) => boolean): Read =>
  ({ profile }, at) =>
    CHANNELS.filter((channel) => profile.consent !== null && holds(profile.consent, channel, at));

const consentFields: readonly Of[] = [
  field(
    'consentedTo',
    'channels to which he has consented, for any purpose',
    'list',
    channelsWhere(({ consents }, channel, at) => consents.some((one) => one.channel === channel && countsAt(one, at))),
    {
      codes: CHANNELS,
      stored: (of, at) => wordsWhere(CHANNELS, (channel) => storedConsent(of, channel as Channel, at)),
      turns: consentTurns,
    },
  ),
  field(
    'consentedFor',
    'purposes for which he has consented, on any channel',
    'list',
    ({ profile }, at) => (profile.consent?.consents ?? []).flatMap((one) => (countsAt(one, at) ? [one.purpose] : [])),
    { stored: storedPurposes, turns: consentTurns },
  ),
  field('opposedTo', 'channels that he opposes', 'list', channelsWhere(isOpposedTo), {
    codes: CHANNELS,
    stored: (of, at) => wordsWhere(CHANNELS, (channel) => storedOpposition(of, channel as Channel, at)),
    turns: consentTurns,
  }),
];

const classes = new WeakMap<SegmentSubject, { readonly at: string; readonly policy: object; readonly classified: Classified }>();

/** His class, worked out once for each instant. */
const classified = (subject: SegmentSubject, { policy }: SegmentFacts, at: string): Classified => {
  const before = classes.get(subject);
  if (before?.at === at && before.policy === policy) return before.classified;
  const now = classOf(subject, policy, at);
  classes.set(subject, { at, policy, classified: now });
  return now;
};

const classFields = (facts: SegmentFacts): readonly Of[] => {
  const turns = (subject: SegmentSubject, at: string): string | null => classified(subject, facts, at).nextDue;
  return [
    field('class', 'life-cycle class', 'code', (subject, at) => classified(subject, facts, at).class, {
      codes: LIFE_CYCLE_CLASSES,
      stored: (_, at) => storedClass(facts.policy, at).class,
      turns,
    }),
    field('lapsing', 'has not bought for long', 'flag', (subject, at) => classified(subject, facts, at).lapsing, {
      stored: (_, at) => storedClass(facts.policy, at).lapsing,
      turns,
    }),
  ];
};

const contractEnd = ({ history }: SegmentSubject, at: string): string | null => {
  const ends = Object.values(history.contracts).flatMap(({ ended, endsOn }) =>
    ended || endsOn === null || endsOn < dayOf(at) ? [] : [endsOn],
  );
  return ends.sort()[0] ?? null;
};

const runningAt = ({ history }: SegmentSubject, at: string) =>
  Object.values(history.contracts).filter(
    ({ startsOn, endsOn, ended }) => startsOn <= dayOf(at) && !ended && (endsOn === null || endsOn >= dayOf(at)),
  );

const contractFields: readonly Of[] = [
  field('contracts', 'kinds of contracts that run', 'list', (subject, at) => runningAt(subject, at).map(({ kind }) => kind), {
    codes: CONTRACT_KINDS,
    stored: (of, at) => {
      const day = dayOf(at);
      const contract = '$$contract.v';
      const lasts = any(isNull(`${contract}.endsOn`), { $gte: [`${contract}.endsOn`, day] });
      const runs = all({ $lte: [`${contract}.startsOn`, day] }, { $ne: [`${contract}.ended`, true] }, lasts);
      return ofEach(those(entriesAt(`${of}history.contracts`), 'contract', runs), 'one', '$$one.v.kind');
    },
    turns: ({ history }, at) =>
      earliest(
        at,
        Object.values(history.contracts).flatMap(({ startsOn, endsOn }) => [startOf(startsOn), endsOn === null ? null : dayAfter(endsOn)]),
      ),
  }),
  field('contractEnd', 'the next end of a contract, today included', 'day', contractEnd, {
    stored: (of, at) => {
      const runs = [{ $ne: ['$$contract.v.ended', true] }, isThere('$$contract.v.endsOn'), { $gte: ['$$contract.v.endsOn', dayOf(at)] }];
      return { $min: ofEach(those(entriesAt(`${of}history.contracts`), 'contract', all(...runs)), 'one', '$$one.v.endsOn') };
    },
    turns: (subject, at) => {
      const end = contractEnd(subject, at);
      return end === null ? null : dayAfter(end);
    },
  }),
];

const digitOf =
  (place: 100 | 10 | 1): Read =>
  ({ score }) => {
    const rfm = score?.rfm ?? null;
    return rfm === null ? null : Math.floor(rfm / place) % 10;
  };

const storedDigit =
  (place: 100 | 10 | 1) =>
  (of: string): Expression => {
    const rfm = `${of}score.rfm`;
    return either(isNull(rfm), null, { $mod: [{ $floor: { $divide: [rfm, place] } }, 10] });
  };

const scoreFields: readonly Of[] = [
  field('recencyScore', 'score of recency, 1 to 5', 'number', digitOf(100), { stored: storedDigit(100) }),
  field('frequencyScore', 'score of frequency, 1 to 5', 'number', digitOf(10), { stored: storedDigit(10) }),
  field('monetaryScore', 'score of money, 1 to 5', 'number', digitOf(1), { stored: storedDigit(1) }),
  stored(
    'aliveProbability',
    'probability that he still buys, 0 to 1',
    'number',
    'score.aliveProbability',
    ({ score }) => score?.aliveProbability,
  ),
  stored(
    'expectedPurchases',
    'days with a purchase to expect',
    'number',
    'score.expectedPurchases',
    ({ score }) => score?.expectedPurchases,
  ),
  field(
    'lifetimeValue',
    'what purchases to come are worth today, in units of the currency of the scoring run',
    'number',
    ({ score }) => {
      const cents = score?.lifetimeValue ?? null;
      return cents === null ? null : cents / 100;
    },
    { stored: (of) => ({ $divide: [`${of}score.lifetimeValue`, 100] }) },
  ),
  stored('nextArticle', 'the article to offer next', 'text', 'score.nextArticle', ({ score }) => score?.nextArticle),
];

/** What a rule of a segment may ask of a person himself. */
export const segmentFields = (facts: SegmentFacts): readonly Of[] => [
  ...personFields(facts),
  ...placeFields,
  ...areaFieldsOf(moves),
  ...stateFields,
  ...originFields(facts),
  ...consentFields,
  ...classFields(facts),
  ...contractFields,
  ...scoreFields,
  ...behaviourFields(codesOf(facts, 'salesChannel')),
  ...belongingFields(facts),
];

const openField = (name: string, label: string, list: string, read: Read): Of =>
  field(name, label, 'open', read, {
    stored: (of) => ({ $getField: { field: label, input: { $ifNull: [`${of}${list}`, {}] } } }),
  });

/** Attributes, custom fields, and what there is one of for each currency, statistic or point of sale. */
export const segmentFamilies = ({ geography }: SegmentFacts): readonly FieldFamily<SegmentSubject>[] => [
  ...behaviourFamilies,
  householdFamily,
  ...areaFamilies(geography, moves),
  {
    prefix: 'attribute.',
    example: 'attribute.region',
    field: (name) => openField(`attribute.${name}`, name, 'profile.attributes', ({ profile }) => entry(profile.attributes, name)),
  },
  {
    prefix: 'field.',
    example: 'field.shoeSize',
    field: (name) =>
      openField(`field.${name}`, name, 'identity.person.fields', ({ identity }) => entry(identity?.person.fields ?? {}, name)),
  },
];
