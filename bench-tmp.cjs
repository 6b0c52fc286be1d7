const { MongodbDocumentStore } = require('./dist/libs/adapters/src/document-store/mongodb.js');
const { MongoClient } = require('mongodb');
(async () => {
  const url = process.env.U + '/bench1';
  const timeout = 60000;
  const s = await MongodbDocumentStore.open({ url, timeout });
  const admin = new MongoClient(url); await admin.db().dropDatabase();
  const profile = (n, v) => ({ clientId: `client-${n}`, attributes: { region: 'north', age: '30-40', channel: 'web', n }, registeredAt: '2026-01-01T00:00:00.000Z', purchases: { days: ['2026-01-01','2026-01-03'], count: v, monetary: { EUR: 1234 }, first: '2026-01-01T00:00:00.000Z', last: '2026-01-03T00:00:00.000Z' }, solicitations: { mailings: 1, otherContacts: 0, withheld: 0, sinceLastPurchase: 1, recent: ['2026-01-02T00:00:00.000Z'] }, responses: { count: 0, last: null }, opposed: false, waves: { spring: 1 } });
  const N = +process.argv[2] || 20000;
  const time = async (name, f, n = N) => { const t = performance.now(); await f(); const ms = performance.now() - t; console.log(name.padEnd(28), Math.round(n / ms * 1000), '/s', Math.round(ms), 'ms'); };
  for (let round = 0; round < 3; round++) {
    const docs = Array.from({ length: N }, (_, n) => ({ key: `client-${n}`, document: profile(n, round), position: round + 1 }));
    await time(round ? 'put again' : 'put new', () => s.put('profiles', docs));
    await time('  bare bulkWrite same round', async () => { const c = admin.db().collection('bare'); for (let i = 0; i < N; i += 1000) await c.bulkWrite(docs.slice(i, i + 1000).map(({key, document, position}) => ({ replaceOne: { filter: { _id: key, position: { $lte: position } }, replacement: { position, document }, upsert: true } })), { ordered: false }); });
    await time('  bare by _id only', async () => { const c = admin.db().collection('bare2'); for (let i = 0; i < N; i += 1000) await c.bulkWrite(docs.slice(i, i + 1000).map(({key, document, position}) => ({ replaceOne: { filter: { _id: key }, replacement: { position, document }, upsert: true } })), { ordered: false }); });
  }
  await time('put stale', () => s.put('profiles', Array.from({ length: 2000 }, (_, n) => ({ key: `client-${n}`, document: profile(n, 9), position: 1 }))), 2000);
  await time('scan', async () => { let after; for (;;) { const p = await s.scan('profiles', { after, limit: 1000 }); if (!p.length) break; after = p.at(-1).key; } });
  await time('getMany', async () => { for (let i = 0; i < 10; i++) await s.getMany('profiles', Array.from({ length: 2000 }, (_, n) => `client-${n + i}`)); }, 20000);
  await time('find', () => s.find('profiles', { field: 'attributes.n', is: 'eq', value: 77 }));
  await time('get', async () => { for (let i = 0; i < 500; i++) await s.get('profiles', 'client-' + i); }, 500);
  await s.close(); await admin.close();
})();
