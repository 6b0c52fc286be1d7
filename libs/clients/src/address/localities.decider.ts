import { Decider, DomainError } from '@boucle/eventsourcing';
import { EnterLocalities, InstallLocalities } from './locality.commands.js';
import { Locality, LocalityEvent } from './locality.events.js';

/** The localities of a country, and whose list that is. */
export interface LocalityList {
  readonly edition: string;
  readonly source: string;
  readonly installedAt: string;
  /** The countries that it is of, this one among them. */
  readonly countries: readonly string[];
  readonly localities: readonly Locality[];
}

/** The lists that count, by country, and the parts of one that is coming in. */
export interface LocalityLists {
  readonly installed: Readonly<Record<string, LocalityList>>;
  readonly entering: { readonly edition: string; readonly parts: Readonly<Record<number, readonly Locality[]>> } | null;
}

/** All lists are one stream: few and slow, and an engine that starts knows them after one read. */
export const LOCALITIES_STREAM = 'localities';

const commands = { EnterLocalities, InstallLocalities };

/** Whether all countries of an edition have it; if another list replaced it in one of them, it may come again. */
export const hasEdition = ({ installed }: Pick<LocalityLists, 'installed'>, edition: string): boolean =>
  Object.values(installed).some(
    (list) => list.edition === edition && list.countries.every((country) => installed[country].edition === edition),
  );

const linesOf = ({ entering }: LocalityLists, edition: string): readonly Locality[] =>
  entering?.edition === edition ? Object.values(entering.parts).flat() : [];

export const localitiesDecider: Decider<LocalityLists, typeof commands, LocalityEvent> = {
  commands,
  stream: () => LOCALITIES_STREAM,
  initial: { installed: {}, entering: null },
  decide: {
    EnterLocalities: (lists, { edition, part, localities }) => {
      if (hasEdition(lists, edition) || (lists.entering?.edition === edition && lists.entering.parts[part])) return [];
      return [{ type: 'LocalitiesEntered', data: { edition, part, localities } }];
    },
    InstallLocalities: (lists, { edition, source }) => {
      if (hasEdition(lists, edition)) return [];
      const lines = linesOf(lists, edition);
      if (lines.length === 0) throw new DomainError('empty-list', 'The list holds no locality: check that it is the right file', 'file');
      const countries: Record<string, number> = {};
      for (const { country } of lines) countries[country] = (countries[country] ?? 0) + 1;
      return [{ type: 'LocalitiesInstalled', data: { edition, source, countries } }];
    },
  },
  evolve: {
    LocalitiesEntered: (lists, { edition, part, localities }) => {
      const parts = lists.entering?.edition === edition ? lists.entering.parts : {};
      return { ...lists, entering: { edition, parts: { ...parts, [part]: localities } } };
    },
    LocalitiesInstalled: (lists, { edition, source, countries }, at) => {
      const lines = linesOf(lists, edition);
      const ofCountry = (country: string): LocalityList => ({
        edition,
        source,
        installedAt: at,
        countries: Object.keys(countries),
        localities: lines.filter((line) => line.country === country),
      });
      const news = Object.fromEntries(Object.keys(countries).map((country) => [country, ofCountry(country)]));
      return { installed: { ...lists.installed, ...news }, entering: null };
    },
  },
};
