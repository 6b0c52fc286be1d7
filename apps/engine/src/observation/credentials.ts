/** The same text, names and passwords of addresses left out. */
export const withoutCredentials = (text: string): string => text.replace(/(\b[a-z][a-z\d+.-]*:\/\/)[^\s/]*@/gi, '$1…@');
