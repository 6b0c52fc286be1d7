// run by mongosh: makes the one server a replica set and the engine's account, once
const secret = (name) => require('fs').readFileSync(`/run/secrets/${name}`, 'utf8');
const admin = connect(`mongodb://root:${secret('mongodb-root-password')}@mongodb:27017/admin?directConnection=true`);

const members = [{ _id: 0, host: 'mongodb:27017' }];
if (!admin.hello().setName) admin.adminCommand({ replSetInitiate: { _id: 'boucle', members } });
while (!admin.hello().isWritablePrimary) sleep(200);

const boucle = admin.getSiblingDB('boucle');
if (!boucle.getUser('boucle'))
  boucle.createUser({ user: 'boucle', pwd: secret('mongodb-password'), roles: [{ role: 'readWrite', db: 'boucle' }] });
