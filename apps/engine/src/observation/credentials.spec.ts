import { withoutCredentials } from './credentials.js';

it.each([
  ['esdb://admin:changeit@db:2113?tls=true is away', 'esdb://…@db:2113?tls=true is away'],
  ['no server at mongodb+srv://ann:p@ss:word@a,b/boucle and esdb://x@y', 'no server at mongodb+srv://…@a,b/boucle and esdb://…@y'],
  ['see http://127.0.0.1:3000/docs', 'see http://127.0.0.1:3000/docs'],
  ['write to ann@example.org', 'write to ann@example.org'],
])('leaves credentials out of "%s"', (text, told) => expect(withoutCredentials(text)).toBe(told));
