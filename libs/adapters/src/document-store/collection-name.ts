/** Refuses a name that not every store can give a collection. */
export const mustBeName = (collection: string): void => {
  if (!/^[a-z][a-z0-9-]*$/.test(collection))
    throw new Error(`A collection cannot be called "${collection}": use small letters, digits and hyphens`);
};
