/** YYYY-MM-DD, or --MM-DD where the year is not known. */
export const BIRTH_DATE = /^((19|20)\d\d|-)-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])$/;

/** Days that forms and old systems put where nothing is known. */
export const SUSPICIOUS: readonly string[] = ['1900-01-01', '1901-01-01', '1970-01-01', '1980-01-01', '2000-01-01'];

/** Whether a day of birth exists in the calendar, the 29 February also where the year is not known. */
export const isBirthDate = (text: string): boolean => {
  if (!BIRTH_DATE.test(text)) return false;
  const day = text.startsWith('-') ? `2000${text.slice(1)}` : text;
  const at = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(at.getTime()) && at.toISOString().startsWith(day);
};

/** Whether a day of birth looks like a placeholder: it is kept, and no rule should stand on it. */
export const isSuspicious = (birthDate: string): boolean => SUSPICIOUS.includes(birthDate);

/** The day, MM-DD, on which a person is greeted in a year: who was born on the 29 February, on the 28th of other years. */
export const birthday = (birthDate: string, year: number): string => {
  const day = birthDate.slice(-5);
  const leap = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return day === '02-29' && !leap ? '02-28' : day;
};

/** The number that some characters of a day write; faster than to cut them out. */
const digits = (day: string, from: number, to: number): number => {
  let number = 0;
  for (let i = from; i < to; i++) number = number * 10 + day.charCodeAt(i) - ZERO;
  return number;
};
const ZERO = 48;

const monthAndDay = (day: string): number => digits(day, 5, 7) * 100 + digits(day, 8, 10);

/** Full years at a day, YYYY-MM-DD; null where the year of birth is not known. */
export const ageAt = (birthDate: string, day: string): number | null => {
  if (birthDate.startsWith('-')) return null;
  const years = digits(day, 0, 4) - digits(birthDate, 0, 4);
  return monthAndDay(day) < monthAndDay(birthDate) ? years - 1 : years;
};

const MAJORITY = 18;

/** Whether a person is known to be under age on a day, YYYY-MM-DD. */
export const isMinor = (birthDate: string | undefined, day: string): boolean => {
  if (birthDate === undefined || isSuspicious(birthDate)) return false;
  const age = ageAt(birthDate, day);
  return age !== null && age < MAJORITY;
};

/** What is to be known of a day of birth besides itself. */
export interface BirthDateCheck {
  /** It looks like what forms put where nothing is known. */
  readonly suspicious: boolean;
  /** The day of this year on which the person is greeted, YYYY-MM-DD. */
  readonly greetedOn: string;
}

/** Looks at a day of birth on a day, YYYY-MM-DD. */
export const checkBirthDate = (birthDate: string, day: string): BirthDateCheck => ({
  suspicious: isSuspicious(birthDate),
  greetedOn: `${day.slice(0, 4)}-${birthday(birthDate, Number(day.slice(0, 4)))}`,
});
