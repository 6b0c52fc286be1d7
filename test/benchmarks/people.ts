import { Random, randomStream } from '@boucle/targeting';

/** Of a thousand people in Switzerland, Germany and France together about so many are called so; the rest have one of many rare names. */
const FAMILIES =
  'Müller 7,Meier 5,Schmid 4.5,Keller 3.5,Weber 3.5,Huber 3,Meyer 3,Schneider 3,Schmidt 3,Fischer 2.8,Steiner 2.4,Brunner 2.3,Baumann 2.2,Gerber 2,' +
  'Wagner 2,Becker 1.9,Bauer 1.9,Martin 1.9,Hofmann 1.7,Moser 1.7,Frei 1.7,Schulz 1.6,Koch 1.6,Bernard 1.5,Widmer 1.5,Zimmermann 1.5,Wyss 1.5,Favre 1.4,' +
  'Graf 1.4,Roth 1.4,Suter 1.4,Maurer 1.3,Baumgartner 1.3,Bühler 1.3,Rossi 1.3,Petit 1.2,Robert 1.2,Richard 1.2,Durand 1.2,Dubois 1.2,Moreau 1.1,Laurent 1.1,' +
  'Simon 1.1,Michel 1.1,Lefèvre 1,Leroy 1,Roux 1,Kunz 1,Egli 1,Hess 1,Bianchi 1,Rochat 1,Blanc 1,Kaufmann 1,Arnold 0.9,Wenger 0.9,Lehmann 0.9,Ammann 0.8,' +
  'von Arx 0.7,Le Goff 0.6,Krüger 0.6,Böhm 0.6,Vogt 0.6,Zürcher 0.6,Jäggi 0.6,Ferreira 0.6,da Silva 0.6,Krasniqi 0.6,Aebischer 0.5,Dupont 0.5,Thibault 0.4,Renaud 0.4';
const GIVEN =
  'Maria 18,Anna 13,Peter 13,Daniel 12,Thomas 12,Ursula 10,Hans 10,Michael 10,Sandra 9,Martin 9,Ruth 8,Christian 8,Andreas 8,Elisabeth 8,Marco 7,Monika 7,Claudia 7,' +
  'Nicole 7,Barbara 7,David 7,Patrick 6,Stefan 6,Marie 6,Pierre 6,Jean 6,Philippe 5,Silvia 5,Verena 5,Laura 5,Sarah 5,Bruno 5,Markus 5,Simon 5,Lukas 4,Luca 4,Lena 4,' +
  'Sophie 4,Nathalie 4,Isabelle 4,Catherine 4,Christine 4,Rolf 4,Beat 4,Urs 4,René 4,François 3,Jean-Pierre 3,Anne-Marie 3,Noah 3,Mia 3,Emma 3,Leon 3,Julien 3,' +
  'Céline 3,Sébastien 3,Jürg 3,Käthi 2,Björn 1,Zoé 1,Jörg 2';
const STREETS =
  'Bahnhofstrasse 12,Hauptstrasse 11,Dorfstrasse 10,Schulstrasse 6,Kirchweg 5,Rue de la Gare 5,Industriestrasse 5,Schulhausstrasse 4,Oberdorfstrasse 4,' +
  'Grand-Rue 4,Seestrasse 4,Gartenstrasse 4,Route de Lausanne 3,Chemin des Vignes 3,Birkenweg 3,Lindenstrasse 3,Rosenweg 3,Avenue de la Gare 3,Poststrasse 3,Via Cantonale 2';
const PLACES =
  '8001 Zürich 40,1200 Genève 20,4001 Basel 17,3001 Bern 15,1003 Lausanne 14,8400 Winterthur 11,6003 Luzern 8,9000 St. Gallen 8,6900 Lugano 6,2502 Biel/Bienne 5,' +
  '3600 Thun 4,1700 Fribourg 4,8200 Schaffhausen 4,7000 Chur 4,2000 Neuchâtel 4,1950 Sion 3,8610 Uster 3,6300 Zug 3,5000 Aarau 2,4500 Solothurn 2';

const BEGINNINGS =
  'Al,Am,Bach,Bal,Ber,Blum,Bra,Bur,Cha,Cor,Dal,Del,Dor,Eber,Eich,Fal,Fel,Gau,Ger,Gros,Hal,Her,Hol,Im,Ja,Kal,Kes,Kra,Lan,Leu,Lin,Mar,Mon,Nie,Ober,Pas,Per,Ra,Rie,Ros,Sal,Schö,Stei,Tal,Tru,Ul,Ver,Wal,Wie,Zim'.split(
    ',',
  );
const MIDDLES = 'be,ber,chen,da,den,di,fe,gel,ge,ha,hen,ke,la,len,li,man,mel,na,nen,ni,ra,ren,ri,se,ta,ti,to,va,ve,zi'.split(',');
const ENDS =
  'auer,bach,ber,berger,ca,dt,dorf,eau,er,et,feld,ger,hof,i,iger,ing,in,ler,li,mann,mer,ner,oz,ier,schi,ser,stein,ter,tti,y'.split(',');
const RARE_NAMES = 120_000;
const RARE_STREETS = 8_000;
const WAYS = 'weg,gasse,strasse,matt,rain,halde,platz,allee'.split(',');

/** Draws from a list in which every name has its weight, and the rest of a thousand goes to rare ones. */
const drawer = (list: string, rare: (random: Random) => string): ((random: Random) => string) => {
  const names: [string, number][] = [];
  let sum = 0;
  for (const item of list.split(',')) {
    const at = item.lastIndexOf(' ');
    names.push([item.slice(0, at), (sum += Number(item.slice(at + 1)))]);
  }
  return (random) => {
    const drawn = random.uniform() * 1000;
    return names.find(([, upTo]) => drawn < upTo)?.[0] ?? rare(random);
  };
};

/** Zipf's law: the n-th of the rare ones has a share of about 1/n. */
const rareOf = (count: number, nameOf: (random: Random) => string): ((random: Random) => string) => {
  const names = Array.from({ length: count }, (_, n) => nameOf(randomStream('rare', count, n)));
  return (random) => names[Math.floor(count ** random.uniform()) - 1];
};

const oneOf = <T>(random: Random, items: readonly T[]): T => items[Math.floor(random.uniform() * items.length)];
const invented = (random: Random): string =>
  oneOf(random, BEGINNINGS) + (random.uniform() < 0.6 ? oneOf(random, MIDDLES) : '') + oneOf(random, ENDS);

/** A last name, as often as people are called so. */
export const families = drawer(FAMILIES, rareOf(RARE_NAMES, invented));
/** A first name, as often as people are called so. */
export const givens = drawer(
  GIVEN.replace(/ (\d+)/g, (_, weight) => ` ${Number(weight) * 2}`),
  rareOf(10_000, invented),
);
/** A street, as often as places have one of that name. */
export const streets = drawer(
  STREETS,
  rareOf(
    RARE_STREETS,
    (random) =>
      invented(random)
        .toLowerCase()
        .replace(/^./, (first) => first.toUpperCase()) + oneOf(random, WAYS),
  ),
);
/** A postal code and its place, as often as people live there. */
export const places = drawer(PLACES, (random) => {
  const n = Math.floor(random.uniform() * 3000);
  return `${1000 + n * 3} ${invented(randomStream('place', n))}`;
});

/** A person who is not there. */
export interface SyntheticPerson {
  readonly clientId: string;
  readonly firstName: string;
  readonly lastName: string;
  readonly street: string;
  readonly houseNumber: string;
  readonly postalCode: string;
  readonly locality: string;
  readonly email: string | null;
  readonly mobile: string | null;
  readonly landline: string | null;
  readonly card: string | null;
  readonly erp: string;
  /** ISO instant. */
  readonly lastOrder: string | null;
}

/** How many there are. */
export const CLIENTS = 1_000_000;
/** When they all became clients, ISO instant. */
export const REGISTERED = '2021-01-01T00:00:00.000Z';

const HISTORY_MS = 5 * 365 * 86_400_000;
const TODAY = Date.parse('2026-03-01T00:00:00Z');
const digits = (random: Random, count: number): string => String(Math.floor(random.uniform() * 10 ** count)).padStart(count, '0');

/** The n-th person: the same each time. */
export const personOf = (n: number): SyntheticPerson => {
  const random = randomStream('people', n);
  const chance = (probability: number): boolean => random.uniform() < probability;
  const [firstName, lastName] = [givens(random), families(random)];
  const [postalCode, ...locality] = places(random).split(' ');
  return {
    clientId: `${Math.floor(random.uniform() * 2 ** 48)
      .toString(16)
      .padStart(12, '0')}-${n}`,
    firstName,
    lastName,
    street: streets(random),
    houseNumber: String(1 + Math.floor(120 * random.uniform() ** 2)),
    postalCode,
    locality: locality.join(' '),
    email: chance(0.7) ? `person.${n}@example.org` : null,
    mobile: chance(0.8) ? `+417${oneOf(random, ['6', '8', '9'])}${digits(random, 7)}` : null,
    landline: chance(0.4) ? `+41${oneOf(random, ['44', '31', '61', '21', '22'])}${digits(random, 7)}` : null,
    card: chance(0.5) ? `7610${digits(random, 8)}` : null,
    erp: `K-${100_000 + n}`,
    lastOrder: chance(0.7) ? new Date(TODAY - random.uniform() * HISTORY_MS).toISOString() : null,
  };
};
