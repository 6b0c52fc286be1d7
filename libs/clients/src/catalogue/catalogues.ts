import { FieldKind, Labels } from './catalogue.events.js';
import { isBirthDate } from '../person/birth-date.js';
import { PersonChanges } from '../person/person.events.js';

/** A value of a closed list. */
export interface Entry {
  readonly labels: Labels;
  readonly retired: boolean;
}

/** A custom field. */
export interface CustomField {
  readonly kind: FieldKind;
  readonly labels: Labels;
  readonly retired: boolean;
}

/** The closed lists by name, and the custom fields. */
export interface Catalogues {
  readonly entries: Readonly<Record<string, Readonly<Record<string, Entry>>>>;
  readonly fields: Readonly<Record<string, CustomField>>;
}

const listed = (entries: Readonly<Record<string, readonly [en: string, de: string, fr: string]>>): Readonly<Record<string, Entry>> =>
  Object.fromEntries(Object.entries(entries).map(([code, [en, de, fr]]) => [code, { labels: { en, de, fr }, retired: false }]));

/** What every installation begins with. */
export const FIRST_CATALOGUES: Catalogues = {
  fields: {},
  entries: {
    civility: listed({ ms: ['Ms', 'Frau', 'Madame'], mr: ['Mr', 'Herr', 'Monsieur'], neutral: ['none', 'keine', 'aucune'] }),
    language: listed({
      de: ['German', 'Deutsch', 'allemand'],
      fr: ['French', 'Französisch', 'français'],
      it: ['Italian', 'Italienisch', 'italien'],
      rm: ['Romansh', 'Rätoromanisch', 'romanche'],
      en: ['English', 'Englisch', 'anglais'],
      es: ['Spanish', 'Spanisch', 'espagnol'],
      pt: ['Portuguese', 'Portugiesisch', 'portugais'],
      nl: ['Dutch', 'Niederländisch', 'néerlandais'],
    }),
    profession: listed({
      employee: ['Employee', 'Angestellt', 'Employé'],
      executive: ['Executive', 'Kader', 'Cadre'],
      worker: ['Worker', 'Arbeiter', 'Ouvrier'],
      'self-employed': ['Self-employed', 'Selbständig', 'Indépendant'],
      farmer: ['Farmer', 'Landwirt', 'Agriculteur'],
      teacher: ['Teacher', 'Lehrperson', 'Enseignant'],
      student: ['Student', 'In Ausbildung', 'En formation'],
      homemaker: ['Homemaker', 'Im Haushalt', 'Au foyer'],
      retired: ['Retired', 'Im Ruhestand', 'Retraité'],
      unemployed: ['Unemployed', 'Ohne Stelle', 'Sans emploi'],
    }),
    incomeBand: listed({
      low: ['Low', 'Tief', 'Bas'],
      'lower-middle': ['Lower middle', 'Untere Mitte', 'Moyen inférieur'],
      middle: ['Middle', 'Mitte', 'Moyen'],
      'upper-middle': ['Upper middle', 'Obere Mitte', 'Moyen supérieur'],
      high: ['High', 'Hoch', 'Élevé'],
    }),
    familySituation: listed({
      single: ['Single', 'Ledig', 'Célibataire'],
      partnership: ['In a partnership', 'In Partnerschaft', 'En couple'],
      married: ['Married', 'Verheiratet', 'Marié'],
      separated: ['Separated or divorced', 'Getrennt oder geschieden', 'Séparé ou divorcé'],
      widowed: ['Widowed', 'Verwitwet', 'Veuf'],
    }),
    housing: listed({ flat: ['Flat', 'Wohnung', 'Appartement'], house: ['House', 'Haus', 'Maison'], farm: ['Farm', 'Bauernhof', 'Ferme'] }),
    tenure: listed({ owner: ['Owner', 'Eigentum', 'Propriétaire'], tenant: ['Tenant', 'Miete', 'Locataire'] }),
    origin: listed({
      advert: ['Advertisement', 'Inserat', 'Annonce'],
      mailing: ['Mailing', 'Mailing', 'Publipostage'],
      referral: ['Referral', 'Empfehlung', 'Parrainage'],
      shop: ['Point of sale', 'Verkaufsstelle', 'Point de vente'],
      website: ['Website', 'Website', 'Site web'],
      fair: ['Fair', 'Messe', 'Salon'],
      contest: ['Contest', 'Wettbewerb', 'Concours'],
      'purchased-file': ['Purchased file', 'Gekaufte Adressen', 'Fichier acheté'],
      'rented-file': ['Rented file', 'Gemietete Adressen', 'Fichier loué'],
      partner: ['Partner', 'Partner', 'Partenaire'],
      unknown: ['Not known', 'Nicht bekannt', 'Inconnue'],
    }),
    heardOf: listed({
      press: ['Press', 'Presse', 'Presse'],
      radio: ['Radio', 'Radio', 'Radio'],
      television: ['Television', 'Fernsehen', 'Télévision'],
      poster: ['Poster', 'Plakat', 'Affiche'],
      online: ['Online', 'Online', 'En ligne'],
      friends: ['Friends', 'Bekannte', 'Connaissances'],
    }),
    householdRole: listed({ adult: ['Adult', 'Erwachsen', 'Adulte'], child: ['Child', 'Kind', 'Enfant'] }),
    companyRole: listed({
      owner: ['Owner', 'Inhaber', 'Propriétaire'],
      manager: ['Manager', 'Leitung', 'Direction'],
      buyer: ['Buyer', 'Einkauf', 'Achats'],
      user: ['User', 'Anwender', 'Utilisateur'],
    }),
    salutation: listed({ family: ['Family', 'Familie', 'Famille'], couple: ['Couple', 'Paar', 'Couple'] }),
    sector: listed({
      agriculture: ['Agriculture', 'Landwirtschaft', 'Agriculture'],
      industry: ['Industry', 'Industrie', 'Industrie'],
      construction: ['Construction', 'Bau', 'Construction'],
      retail: ['Retail', 'Detailhandel', 'Commerce de détail'],
      hospitality: ['Hospitality', 'Gastgewerbe', 'Hôtellerie et restauration'],
      services: ['Services', 'Dienstleistungen', 'Services'],
      public: ['Public sector', 'Öffentliche Hand', 'Secteur public'],
    }),
    trade: listed({
      baker: ['Baker', 'Bäckerei', 'Boulangerie'],
      butcher: ['Butcher', 'Metzgerei', 'Boucherie'],
      carpenter: ['Carpenter', 'Schreinerei', 'Menuiserie'],
      garage: ['Garage', 'Garage', 'Garage'],
      pharmacy: ['Pharmacy', 'Apotheke', 'Pharmacie'],
      restaurant: ['Restaurant', 'Restaurant', 'Restaurant'],
    }),
    pointOfSaleKind: listed({
      shop: ['Shop', 'Laden', 'Magasin'],
      branch: ['Branch', 'Filiale', 'Succursale'],
      dealer: ['Dealer', 'Händler', 'Revendeur'],
      online: ['Online shop', 'Onlineshop', 'Boutique en ligne'],
    }),
    prospectStage: listed({
      contacted: ['Contacted', 'Kontaktiert', 'Contacté'],
      interested: ['Interested', 'Interessiert', 'Intéressé'],
      quoted: ['Quoted', 'Offeriert', 'Offre faite'],
      won: ['Won', 'Gewonnen', 'Gagné'],
      lost: ['Lost', 'Verloren', 'Perdu'],
    }),
    nextStep: listed({
      'call-back': ['Call back', 'Zurückrufen', 'Rappeler'],
      visit: ['Visit', 'Besuchen', 'Rendre visite'],
      'send-quote': ['Send a quote', 'Offerte senden', 'Envoyer une offre'],
      'send-sample': ['Send a sample', 'Muster senden', 'Envoyer un échantillon'],
    }),
    contactOutcome: listed({
      reached: ['Reached', 'Erreicht', 'Joint'],
      'not-reached': ['Not reached', 'Nicht erreicht', 'Non joint'],
      'not-at-home': ['Not at home', 'Nicht zu Hause', 'Absent'],
      interested: ['Interested', 'Interessiert', 'Intéressé'],
      'not-interested': ['Not interested', 'Nicht interessiert', 'Pas intéressé'],
    }),
    salesChannel: listed({
      shop: ['Point of sale', 'Verkaufsstelle', 'Point de vente'],
      web: ['Website', 'Website', 'Site web'],
      app: ['App', 'App', 'Application'],
      phone: ['Telephone', 'Telefon', 'Téléphone'],
      post: ['Post', 'Post', 'Courrier'],
      email: ['E-mail', 'E-Mail', 'Courriel'],
      salesperson: ['Salesperson', 'Aussendienst', 'Vendeur'],
      fair: ['Fair', 'Messe', 'Salon'],
    }),
    returnReason: listed({
      'too-small': ['Too small', 'Zu klein', 'Trop petit'],
      'too-large': ['Too large', 'Zu gross', 'Trop grand'],
      defective: ['Defective', 'Defekt', 'Défectueux'],
      damaged: ['Damaged on the way', 'Transportschaden', 'Endommagé au transport'],
      'wrong-article': ['Wrong article', 'Falscher Artikel', 'Mauvais article'],
      'not-as-described': ['Not as described', 'Nicht wie beschrieben', 'Non conforme'],
      disliked: ['Disliked', 'Gefällt nicht', 'Ne plaît pas'],
      'too-late': ['Too late', 'Zu spät', 'Trop tard'],
      'ordered-twice': ['Ordered twice', 'Doppelt bestellt', 'Commandé deux fois'],
      'not-ordered': ['Not ordered', 'Nicht bestellt', 'Non commandé'],
      unavailable: ['Unavailable', 'Nicht lieferbar', 'Indisponible'],
      'no-longer-wanted': ['No longer wanted', 'Nicht mehr gewünscht', 'Plus souhaité'],
    }),
    paymentMeans: listed({
      cash: ['Cash', 'Bar', 'Espèces'],
      card: ['Card', 'Karte', 'Carte'],
      transfer: ['Transfer', 'Überweisung', 'Virement'],
      'direct-debit': ['Direct debit', 'Lastschrift', 'Prélèvement'],
      cheque: ['Cheque', 'Scheck', 'Chèque'],
      mobile: ['Mobile payment', 'Mobile Zahlung', 'Paiement mobile'],
      voucher: ['Voucher', 'Gutschein', 'Bon'],
      'on-delivery': ['Cash on delivery', 'Nachnahme', 'Contre remboursement'],
      'credit-note': ['Credit note', 'Gutschrift', 'Avoir'],
    }),
    leavingReason: listed({
      'too-dear': ['Too dear', 'Zu teuer', 'Trop cher'],
      moved: ['Moved', 'Umgezogen', 'Déménagé'],
      'no-need': ['No need any more', 'Kein Bedarf mehr', 'Plus besoin'],
      dissatisfied: ['Dissatisfied', 'Unzufrieden', 'Insatisfait'],
      competitor: ['Gone to a competitor', 'Zur Konkurrenz', 'Parti à la concurrence'],
      unpaid: ['Unpaid', 'Nicht bezahlt', 'Impayé'],
      deceased: ['Deceased', 'Verstorben', 'Décédé'],
    }),
    clubLevel: listed({
      basic: ['Basic', 'Basis', 'Base'],
      silver: ['Silver', 'Silber', 'Argent'],
      gold: ['Gold', 'Gold', 'Or'],
      platinum: ['Platinum', 'Platin', 'Platine'],
    }),
    caseSubject: listed({
      repair: ['Repair', 'Reparatur', 'Réparation'],
      warranty: ['Warranty', 'Garantie', 'Garantie'],
      exchange: ['Exchange', 'Umtausch', 'Échange'],
      'spare-part': ['Spare part', 'Ersatzteil', 'Pièce de rechange'],
      installation: ['Installation', 'Installation', 'Installation'],
      maintenance: ['Maintenance', 'Wartung', 'Entretien'],
      'how-to': ['How to use it', 'Bedienung', 'Utilisation'],
    }),
    caseOutcome: listed({
      repaired: ['Repaired', 'Repariert', 'Réparé'],
      replaced: ['Replaced', 'Ersetzt', 'Remplacé'],
      refunded: ['Refunded', 'Erstattet', 'Remboursé'],
      explained: ['Explained', 'Erklärt', 'Expliqué'],
      declined: ['Declined', 'Abgelehnt', 'Refusé'],
    }),
    responseSubject: listed({
      product: ['Product', 'Produkt', 'Produit'],
      price: ['Price', 'Preis', 'Prix'],
      order: ['Order', 'Bestellung', 'Commande'],
      delivery: ['Delivery', 'Lieferung', 'Livraison'],
      invoice: ['Invoice', 'Rechnung', 'Facture'],
      return: ['Return', 'Rückgabe', 'Retour'],
      service: ['Service', 'Bedienung', 'Service'],
      advertising: ['Advertising', 'Werbung', 'Publicité'],
      'personal-data': ['Personal data', 'Personendaten', 'Données personnelles'],
    }),
    consentPurpose: listed({
      marketing: ['Marketing', 'Werbung', 'Publicité'],
      newsletter: ['Newsletter', 'Newsletter', 'Lettre d’information'],
      news: ['News of the house', 'Neuigkeiten', 'Actualités'],
      survey: ['Survey', 'Umfrage', 'Enquête'],
      partners: ['Offers of partners', 'Angebote von Partnern', 'Offres de partenaires'],
    }),
    consentGivenBy: listed({
      'web-form': ['Form on the web', 'Webformular', 'Formulaire en ligne'],
      paper: ['On paper', 'Auf Papier', 'Sur papier'],
      call: ['Call', 'Anruf', 'Appel'],
      app: ['App', 'App', 'Application'],
      email: ['E-mail', 'E-Mail', 'Courriel'],
      shop: ['Point of sale', 'Verkaufsstelle', 'Point de vente'],
    }),
    promotion: {},
    coupon: {},
    advert: {},
    brand: {},
  },
};

/** A field at fault and what can be done about it. */
export interface Misfit {
  readonly field: string;
  readonly reason: string;
}

/** The fields of a person that are codes of the catalogue of the same name. */
export const CODED = ['civility', 'language', 'profession', 'incomeBand', 'familySituation', 'housing', 'tenure'] as const;

/** Catalogues of what comes and goes, where anything may stand until somebody draws up the list. */
const OPEN_UNTIL_LISTED: readonly string[] = ['promotion', 'coupon', 'advert', 'brand'];

/** Whether anything may stand where a code of this catalogue does. */
export const isOpenUntilListed = (catalogue: string, entries: Readonly<Record<string, Entry>>): boolean =>
  OPEN_UNTIL_LISTED.includes(catalogue) && Object.keys(entries).length === 0;

const SHOWN = 12;

const strange = (catalogues: Catalogues, catalogue: string, code: string, field: string): Misfit | null => {
  const entries = Object.hasOwn(catalogues.entries, catalogue) ? catalogues.entries[catalogue] : {};
  if (Object.hasOwn(entries, code) && !entries[code].retired) return null;
  if (isOpenUntilListed(catalogue, entries)) return null;
  const open = Object.keys(entries).filter((known) => !entries[known].retired);
  const known = open.length === 0 ? 'nothing yet' : `${open.slice(0, SHOWN).join(', ')}${open.length > SHOWN ? ' …' : ''}`;
  return { field, reason: `${code} is not in the catalogue ${catalogue} (${known}): choose one of these, or have it added` };
};

const fits = (kind: Exclude<FieldKind, 'code'>, value: string | number | boolean): boolean => {
  if (kind === 'number') return typeof value === 'number';
  if (kind === 'flag') return typeof value === 'boolean';
  return typeof value === 'string' && !value.startsWith('-') && isBirthDate(value);
};

const EXPECTED = { number: 'a number', flag: 'true or false', day: 'a day such as 2026-03-01' } as const;

const misfitField = (catalogues: Catalogues, name: string, value: string | number | boolean, field: string): Misfit | null => {
  const declared = Object.hasOwn(catalogues.fields, name) ? catalogues.fields[name] : null;
  if (!declared || declared.retired) return { field, reason: `There is no custom field ${name}: have it declared, or leave it out` };
  if (declared.kind === 'code') return strange(catalogues, name, String(value), field);
  return fits(declared.kind, value) ? null : { field, reason: `${name} must be ${EXPECTED[declared.kind]}` };
};

/** The first thing said about a person that no catalogue and no custom field knows, null if all is known; what is taken away is always known. */
export const misfitOf = (catalogues: Catalogues, person: PersonChanges, path = 'person'): Misfit | null => {
  for (const name of CODED) {
    const code = person[name];
    const misfit = typeof code === 'string' ? strange(catalogues, name, code, `${path}.${name}`) : null;
    if (misfit) return misfit;
  }
  for (const [name, value] of Object.entries(person.fields ?? {})) {
    const misfit = value === null ? null : misfitField(catalogues, name, value, `${path}.fields.${name}`);
    if (misfit) return misfit;
  }
  return null;
};

/** A code and the catalogue that must know it. */
export interface CodeOf {
  readonly catalogue: string;
  readonly code: string | undefined;
  readonly field: string;
}

/** The first of these codes that its catalogue does not know, null if all are known or left out. */
export const misfitCode = (catalogues: Catalogues, codes: readonly CodeOf[]): Misfit | null => {
  for (const { catalogue, code, field } of codes) {
    const misfit = code === undefined ? null : strange(catalogues, catalogue, code, field);
    if (misfit) return misfit;
  }
  return null;
};

/** The same for how a person came into the client base. */
export const misfitOrigin = (
  catalogues: Catalogues,
  { how, heardOf }: { readonly how: string; readonly heardOf?: string },
): Misfit | null =>
  misfitCode(catalogues, [
    { catalogue: 'origin', code: how, field: 'origin.how' },
    { catalogue: 'heardOf', code: heardOf, field: 'origin.heardOf' },
  ]);
