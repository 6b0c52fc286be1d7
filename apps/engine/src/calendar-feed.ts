import ical from 'ical-generator';
import { CalendarLine } from './http/record-views.js';

const MINUTE = 60_000;

/** Planned contacts as an iCalendar feed (RFC 5545). */
export const calendarFeed = (salespersonId: string, lines: readonly CalendarLine[]): string => {
  const calendar = ical({ name: `Boucle ${salespersonId}`, prodId: { company: 'boucle', product: 'calendar', language: 'EN' } });
  for (const { clientId, alias = clientId, contactId, kind, at, durationMinutes, name, note } of lines) {
    const start = new Date(at);
    const end = new Date(start.getTime() + durationMinutes * MINUTE);
    calendar.createEvent({
      id: `${alias}.${contactId}@boucle`,
      start,
      end,
      stamp: start,
      summary: `${kind}: ${name ?? clientId}`,
      description: note,
    });
  }
  return calendar.toString();
};
