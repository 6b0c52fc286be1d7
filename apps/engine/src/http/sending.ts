import { Response } from 'express';
import { JSON_LINES } from './admission.js';
import { endOf, write } from './events.js';

const text = { schema: { type: 'string' as const } };

/** How the document describes a file of rows. */
export const FILE_TYPES = {
  'text/csv': text,
  [JSON_LINES]: text,
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': text,
};

/** What a file is, and what breaks it off. */
interface Sent {
  /** Media type. */
  readonly type: string;
  readonly name: string;
  readonly stop: AbortSignal;
}

/** Answers with a file, piece by piece: what goes wrong before the first has a status, afterwards the answer breaks off. */
export const sendFile = async (
  response: Response,
  pieces: AsyncIterable<string | Uint8Array>,
  { type, name, stop }: Sent,
): Promise<void> => {
  const end = endOf(response, stop);
  try {
    for await (const piece of pieces) {
      if (!response.headersSent)
        response.type(type).set('Content-Disposition', `attachment; filename="${name}"`).set('Cache-Control', 'no-store');
      await write(response, piece, end);
      end.throwIfAborted();
    }
    response.end();
  } catch (error) {
    if (!response.headersSent) throw error;
    // too late for a status: the reader must see that the answer is not whole
    response.destroy();
  }
};
