import { existsSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { say } from '../../run.mjs';
import { call, classPath, freePorts, kill, startJava } from '../java.mjs';

const CLUSTER = 'MkU3OEVBNTcwNTJENDM2Qg';
const ACCOUNT = { username: 'boucle', password: 'not-secret' };
const QUIET = '-Dorg.slf4j.simpleLogger.defaultLogLevel=warn';
const here = (name) => fileURLToPath(new URL(name, import.meta.url));

/**
 * Starts an Apache Kafka broker on free ports of this machine. In a folder that is given it keeps its data, ports and certificate, so that it can be
 * started there again; otherwise it has a folder of its own until it stops.
 */
export async function startKafka(given) {
  const folder = given ?? mkdtempSync(join(tmpdir(), 'boucle-kafka-'));
  const forget = () => given || rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  process.once('exit', forget);
  const jars = await classPath(here('pom.xml'));
  const places = join(folder, 'places.json');
  if (!existsSync(places)) await prepare(folder, places, jars);
  const { plain, tls, sasl } = JSON.parse(readFileSync(places, 'utf8'));

  const java = ['-Xmx512m', QUIET, '-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info', '-cp', jars];
  const start = () => startJava([...java, 'kafka.Kafka', join(folder, 'server.properties')], 'Kafka Server started');
  let broker = await start();
  return {
    brokers: `127.0.0.1:${plain}`,
    tlsBrokers: `127.0.0.1:${tls}`,
    /** TLS, and an account to log in with by PLAIN or SCRAM. */
    saslBrokers: `127.0.0.1:${sasl}`,
    ...ACCOUNT,
    /** The authority of its certificate. */
    caFile: join(folder, 'ca.pem'),
    /** As a power cut would: kill -9. */
    kill: () => kill(broker),
    /** It hangs: connections stay open, nothing is answered. */
    freeze: () => broker.kill('SIGSTOP'),
    thaw: () => broker.kill('SIGCONT'),
    /** On the same ports and data. */
    restart: async () => {
      await kill(broker);
      broker = await start();
    },
    stop: async () => {
      await kill(broker);
      forget();
      process.off('exit', forget);
    },
  };
}

/** Gives a folder its ports, certificate, settings and formatted storage. */
async function prepare(folder, places, jars) {
  mkdirSync(folder, { recursive: true });
  const [plain, tls, sasl, controller] = await freePorts(4);
  const values = { plain, tls, sasl, controller, folder, ...ACCOUNT };
  const settings = readFileSync(here('server.properties'), 'utf8').replace(/\$\{(\w+)\}/g, (_, name) => values[name]);
  writeFileSync(join(folder, 'server.properties'), settings);

  const store = ['-alias', 'broker', '-keystore', join(folder, 'broker.p12'), '-storetype', 'PKCS12', '-storepass', ACCOUNT.password];
  const certificate = ['-keyalg', 'EC', '-dname', 'CN=127.0.0.1', '-ext', 'san=ip:127.0.0.1,dns:localhost', '-validity', '3650'];
  await call('keytool', ['-genkeypair', ...store, ...certificate]);
  await call('keytool', ['-exportcert', '-rfc', '-file', join(folder, 'ca.pem'), ...store]);

  const account = `[name=${ACCOUNT.username},password=${ACCOUNT.password}]`;
  const scram = ['SCRAM-SHA-256', 'SCRAM-SHA-512'].flatMap((mechanism) => ['--add-scram', `${mechanism}=${account}`]);
  const format = ['kafka.tools.StorageTool', 'format', '-t', CLUSTER, '-c', join(folder, 'server.properties'), ...scram];
  await call('java', [QUIET, '-cp', jars, ...format]);
  // written last: the folder is complete
  writeFileSync(places, JSON.stringify({ plain, tls, sasl }));
}

/** By hand until Ctrl-C, or for the program that forked this one: it says what shall be done, by name, and hears when it is. */
async function main() {
  const { kill, freeze, thaw, restart, stop, ...places } = await startKafka(process.argv[2]);
  const actions = { kill, freeze, thaw, restart, stop };
  if (process.send) {
    process.on('message', (name) => void Promise.resolve(actions[name]()).then(() => process.send(name)));
    process.once('disconnect', () => void stop());
    process.send(places);
    return;
  }
  const { brokers, tlsBrokers, saslBrokers, username, password, caFile } = places;
  console.log(`KAFKA_BROKERS=${brokers}`);
  say(`with TLS: KAFKA_BROKERS=${tlsBrokers} KAFKA_TLS=true KAFKA_CA_FILE=${caFile}`);
  say(`and a login: KAFKA_BROKERS=${saslBrokers} KAFKA_SASL=scram-sha-256 KAFKA_USERNAME=${username} KAFKA_PASSWORD=${password}`);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(signal, () => void stop().then(() => process.exit(0)));
}

if (realpathSync(process.argv[1]) === fileURLToPath(import.meta.url)) {
  await main().catch((error) => {
    say(error.message);
    process.exit(1);
  });
}
