import { DocumentStore } from '@boucle/eventsourcing';

/** Documents of which these writes break off, every second before it is there. */
export const breaking = (documents: DocumentStore, broken: readonly number[]): DocumentStore => {
  let writes = 0;
  const put: DocumentStore['put'] = async (...written) => {
    const breaks = broken.includes(++writes);
    if (breaks && writes % 2 === 0) throw new Error('broken off before a write');
    await documents.put(...written);
    if (breaks) throw new Error('broken off behind a write');
  };
  return new Proxy(documents, {
    get: (target, name) => {
      const value: unknown = name === 'put' ? put : Reflect.get(target, name);
      return typeof value === 'function' ? (value as () => unknown).bind(target) : value;
    },
  });
};

/** Does something again until no write of it breaks off. */
export const untilDone = async (work: () => Promise<unknown>): Promise<void> => {
  for (let broken = true; broken;)
    broken = await work().then(
      () => false,
      (error: Error) => {
        if (!error.message.startsWith('broken off')) throw error;
        return true;
      },
    );
};
