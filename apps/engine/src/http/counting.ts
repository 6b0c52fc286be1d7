import { Counting } from '@boucle/clients';
import { Response } from 'express';
import { JSON_LINES } from './admission.js';

const TOLD_EACH = 10_000;

/** Whoever asked does not listen any more. */
class Gone extends Error {}

/** Answers line by line: meanwhile how many people were asked and how many of them count, at last the count. */
export const countedInLines = async (response: Response, count: (counting: Counting) => Promise<object>): Promise<void> => {
  const line = (said: object): void => void response.write(`${JSON.stringify(said)}\n`);
  let told = 0;
  const counting: Counting = (people, found) => {
    if (response.destroyed) throw new Gone();
    if (people - told < TOLD_EACH) return;
    if (told === 0) response.type(JSON_LINES);
    told = people;
    line({ people, count: found });
  };
  try {
    const counted = await count(counting);
    if (told === 0) response.type(JSON_LINES);
    line(counted);
    response.end();
  } catch (error) {
    if (error instanceof Gone) return;
    if (!response.headersSent) throw error;
    // too late for a status: the reader must see that the answer is not whole
    response.destroy();
  }
};
