const { MongoClient } = require('mongodb');
(async () => {
  const admin = new MongoClient(process.env.U + '/bench2'); 
  for (const N of [1000, 4000]) {
  const forms = {
    id: (k, p) => ({ _id: k }),
    guard: (k, p) => ({ _id: k, position: { $lte: p } }),
    guardEq: (k, p) => ({ _id: k, position: p }),
    guardNot: (k, p) => ({ _id: k, position: {$not: {$gt: p }}}),
    eq: (k, p) => ({ _id: { $eq: k }, position: { $lte: p } }),
    in: (k, p) => ({ _id: { $in: [k] }, position: { $lte: p } }),
    and: (k, p) => ({ $and: [{ _id: k }, { position: { $lte: p } }] }),
  };
  for (const [name, form] of Object.entries(forms)) for (const how of ['replaceOne', 'updateOne']) {
    const c = admin.db().collection(name + how); await c.drop().catch(() => 0);
    try {
    for (let r = 0; r < 2; r++) {
      const t = performance.now();
      for (let i = 0; i < N; i += 1000) await c.bulkWrite(Array.from({ length: 1000 }, (_, n) => ({ [how]: { filter: form('client-' + (i + n), r), [how === 'replaceOne' ? 'replacement' : 'update']: how === 'replaceOne' ? { position: r, a: 1 } : { $set: { position: r, a: 1 } }, upsert: true } })), { ordered: false });
      console.log(N, name, how, r ? 'again' : 'new', Math.round(N / (performance.now() - t) * 1000));
    }
    } catch (e) { console.log(name, how, e.message); }
  } }
  await admin.close();
})();
