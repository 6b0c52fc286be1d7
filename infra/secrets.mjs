import { randomBytes } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, say } from './run.mjs';

/** Draws the secrets of docker-compose.yml, once; the folder shuts others out, the files are read by the users of the containers. */
const folder = join(root, 'infra/secrets');
if (existsSync(folder)) {
  say(`${folder} is there already; the servers keep the passwords they were first started with.`);
} else {
  const password = randomBytes(24).toString('hex');
  const secrets = {
    'mongodb-key': randomBytes(756).toString('base64'),
    'mongodb-root-password': randomBytes(24).toString('hex'),
    'mongodb-password': password,
    'mongodb-url': `mongodb://boucle:${password}@mongodb:27017/boucle?replicaSet=boucle`,
    'webhooks-key': randomBytes(32).toString('base64'),
    'vault-token': randomBytes(32).toString('hex'),
  };
  mkdirSync(folder, { mode: 0o700 });
  for (const [name, secret] of Object.entries(secrets)) {
    writeFileSync(join(folder, name), secret);
    chmodSync(join(folder, name), 0o644);
  }
  say(`Wrote ${Object.keys(secrets).join(', ')} to ${folder}.`);
}
