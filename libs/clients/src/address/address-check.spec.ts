import { recorded, specDecider } from '../../../eventsourcing/src/testing.js';
import { fold, Message } from '@boucle/eventsourcing';
import { day, order } from '../testing.js';
import { checkAddress } from './address-check.js';
import { checkEmail } from './email-check.js';
import { EnterLocalities, InstallLocalities } from './locality.commands.js';
import { localitiesDecider } from './localities.decider.js';

const places = (country: string, ...lines: string[]) =>
  lines.map((line) => ({ country, postalCode: line.slice(0, 4), locality: line.slice(5) }));
const swiss = places(
  'CH',
  '8001 Zürich',
  '8002 Zürich',
  '8400 Winterthur',
  '9500 Wil SG',
  '2502 Biel/Bienne',
  '9000 St. Gallen',
  '1958 St-Léonard',
);
const two = places('CH', '8914 Aeugst am Albis', '8914 Aeugstertal');
const vaduz = places('LI', '9490 Vaduz');

const entered: Message = { type: 'LocalitiesEntered', data: { edition: 'e1', part: 0, localities: [...swiss, ...vaduz] } };
const rest: Message = { type: 'LocalitiesEntered', data: { edition: 'e1', part: 1, localities: two } };
const installed: Message = { type: 'LocalitiesInstalled', data: { edition: 'e1', source: 'swisstopo', countries: { CH: 9, LI: 1 } } };
const lists = fold(localitiesDecider, localitiesDecider.initial, recorded([entered, rest, installed], day(0)));

const given = specDecider(localitiesDecider, day(0));

describe('EnterLocalities', () => {
  const enter = order(EnterLocalities, { edition: 'e1', part: 1, localities: two });
  it('brings some lines', () => given(entered).when(enter).then(rest));
  it('is repeatable', () => given(entered, rest).when(enter).thenNothing());
  it('is repeatable when the list counts', () => given(entered, rest, installed).when(enter).thenNothing());
});

describe('InstallLocalities', () => {
  const install = order(InstallLocalities, { edition: 'e1', source: 'swisstopo' });
  it('lets them count', () => given(entered, rest).when(install).then(installed));
  it('is repeatable', () => given(entered, rest, installed).when(install).thenNothing());
  it('may come again once another list replaced it in one of its countries', () => {
    const other = { country: 'CH', postalCode: '8001', locality: 'Zurigo' };
    const replaced: Message[] = [
      { type: 'LocalitiesEntered', data: { edition: 'e2', part: 0, localities: [other] } },
      { type: 'LocalitiesInstalled', data: { edition: 'e2', source: 'post', countries: { CH: 1 } } },
    ];
    given(entered, rest, installed, ...replaced, entered, rest)
      .when(install)
      .then(installed);
  });
  it('needs lines', () => given().when(install).thenRejected('empty-list'));
  it('needs its own lines', () =>
    given(entered)
      .when(order(InstallLocalities, { edition: 'e2', source: 'swisstopo' }))
      .thenRejected('empty-list'));
});

const check = (line: string, country = 'CH') => {
  const [postalCode, ...locality] = line.split(' ');
  const { result, suggestions } = checkAddress(lists, { postalCode, locality: locality.join(' '), country });
  return [result, ...suggestions.map((place) => `${place.postalCode} ${place.locality}`)];
};

describe('a postal code and its locality', () => {
  it.each([
    '8001 Zürich',
    '8001 ZUERICH',
    '9500 Wil',
    '9500 Wil SG',
    '2502 Bienne',
    '2502 Biel',
    '9000 Sankt Gallen',
    '9000 St.Gallen',
    '8914 Aeugstertal',
    '1958 Saint-Léonard',
  ])('belong together: %s', (line) => expect(check(line)).toEqual(['checked']));

  it.each([
    ['8001 Zürch', '8001 Zürich'],
    ['8010 Zürich', '8001 Zürich'],
    ['8400 Wintertur', '8400 Winterthur'],
    ['8914 Affoltern', '8914 Aeugstertal'],
    ['8400 Zürich', '8400 Winterthur'],
  ])('do not: %s, but %s', (line, first) => {
    const [result, ...suggested] = check(line);
    expect(result).toBe('doubtful');
    expect(suggested).toContain(first);
  });

  it('are doubtful without a suggestion where nothing is like them', () => expect(check('0000 Nirgendwo')).toEqual(['doubtful']));
  it('are those of Liechtenstein where they are, and of no country without a list', () => {
    expect(check('9490 Vaduz', 'LI')).toEqual(['checked']);
    expect(check('9490 Vaduz')).toEqual(['doubtful']);
    expect(check('69001 Lyon', 'FR')).toEqual(['unchecked']);
  });
  it('are the last edition', () => {
    const renamed: Message = { type: 'LocalitiesEntered', data: { edition: 'e2', part: 0, localities: places('LI', '9490 Vaduz Dorf') } };
    const again: Message = { type: 'LocalitiesInstalled', data: { edition: 'e2', source: 'post', countries: { LI: 1 } } };
    const later = fold(localitiesDecider, lists, recorded([renamed, again], day(1)));
    expect(later.installed).toMatchObject({ LI: { edition: 'e2', source: 'post' }, CH: { edition: 'e1' } });
    expect(checkAddress(later, { postalCode: '9490', locality: 'Vaduz', country: 'LI' }).result).toBe('doubtful');
  });
});

describe('a French address', () => {
  const french = ['PARIS', 'PARIS 08'].map((locality) => ({ country: 'FR', postalCode: '75008', locality, communeCode: '75108' }));
  const ofFirms = { country: 'FR', postalCode: '75380', locality: 'PARIS CEDEX 08', communeCode: '75108', cedex: true as const };
  const listOf = (...localities: (typeof french)[number][]) => ({
    installed: { FR: { edition: 'f', source: 'laposte', installedAt: day(0), countries: ['FR'], localities } },
  });
  const found = (postalCode: string, locality: string, list = listOf(...french, ofFirms)) => {
    const { result, suggestions } = checkAddress(list, { postalCode, locality, country: 'FR' });
    return [result, ...suggestions.map((place) => `${place.postalCode} ${place.locality}`)];
  };

  it.each([
    ['75008', 'Paris'],
    ['75008', 'Paris 8e'],
    ['75380', 'Paris Cedex 08'],
    ['75380', 'Paris CEDEX 8'],
    ['75380', 'Paris Cedex'],
  ])('is as the list has it: %s %s', (postalCode, locality) => expect(found(postalCode, locality)).toEqual(['checked']));
  it('of the code of a firm is not the town that it lies in', () => {
    expect(found('75380', 'Paris')).toEqual(['doubtful', '75008 PARIS', '75380 PARIS CEDEX 08']);
    expect(found('75008', 'Paris Cedex 08')).toContain('75380 PARIS CEDEX 08');
  });
  it('with CEDEX is unchecked where the list knows of none', () => {
    expect(found('75380', 'Paris Cedex 08', listOf(...french))).toEqual(['unchecked']);
    expect(found('75380', 'Paris', listOf(...french))).toMatchObject(['doubtful', '75008 PARIS']);
  });
});

describe('an e-mail address', () => {
  it.each([
    ['anna@example.org', true, null],
    ['anna@gmail.com', true, null],
    ['anna@gmial.com', true, 'anna@gmail.com'],
    ['anna@bluewin.hc', true, 'anna@bluewin.ch'],
    ['anna@hotmail.con', true, 'anna@hotmail.com'],
    ['anna keller@gmx.ch', false, 'anna.keller@gmx.ch'],
    ['anna@mail.com', true, null],
    ['anna', false, null],
    ['anna@', false, null],
  ])('%s: %s, %s', (email, valid, suggestion) => expect(checkEmail(email)).toEqual({ valid, suggestion }));
});
