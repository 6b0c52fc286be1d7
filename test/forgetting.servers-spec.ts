import { dirname, join } from 'node:path';
import { KafkaMessageBus, partitionOf } from '@boucle/adapters';
import { IN_TOPICS, INTERNAL_TOPIC, PUBLIC_TOPICS } from '@boucle/contracts';
import { Intake } from '../apps/engine/src/intake.worker.js';
import { insideOf } from '../apps/engine/src/outgoing.relay.js';
import { Broker, startBroker } from '../libs/adapters/test/broker.js';
import { traces } from './support/canary.js';
import { ServedEngine, until } from './support/served-engine.js';

jest.setTimeout(300_000);

const PARTITIONS = 2;
const { clients, contacts } = IN_TOPICS;
const heard = { lastName: 'Wälchlimann', firstName: 'Zoëlle', birthDate: '1957-03-17' };
const told = { lastName: 'Kirchschläger', firstName: 'Ottokar' };
const refused = { lastName: 'Unverwechselbar', birthDate: 'never' };
const note = 'Sie empfängt den Kirschholzvertreter';
const NOT_TAKEN = 'not-taken-4711';
const email = 'ottokar.kirchschlaeger@example.org';
const number = 'ERP-90887766';

describe('what the broker has on its disk', () => {
  let broker: Broker;
  let found: readonly string[];
  const of = (topic: string): string[] => found.filter((trace) => trace.includes(` in ${topic}-`));

  beforeAll(async () => {
    broker = await startBroker();
    const bus = new KafkaMessageBus({ brokers: [broker.brokers], session: 6000 });
    const engine = await ServedEngine.start({
      limits: { partitions: PARTITIONS },
      outside: () => ({ carrier: { bus, inside: insideOf(PARTITIONS, partitionOf) } }),
    });
    const say = (clientId: string, person: object) =>
      bus.publish(clients.topic, [{ key: clientId, headers: {}, value: JSON.stringify({ clientId, attributes: {}, person }) }]);
    await until(
      () => engine.get('/health/ready'),
      ({ status }) => status === 200,
    );
    await say('zoe', heard);
    await say(NOT_TAKEN, refused);
    await engine.write('/clients', { clientId: 'otto', person: told, references: [{ system: 'erp', number }] });
    await engine.write('/clients/otto/emails', { emailId: 'home', email });
    await until(
      () => engine.get('/clients/zoe/identity'),
      ({ status }) => status === 200,
    );
    await until(
      async () => engine.app.get(Intake).counts[clients.topic].rejected,
      (rejected) => rejected === 1,
    );
    const call = { clientId: 'zoe', contactId: 'call-1', kind: 'call', channel: 'phone', note };
    await bus.publish(contacts.topic, [{ key: 'zoe', headers: {}, value: JSON.stringify(call) }]);
    await until(
      async () => engine.app.get(Intake).counts[contacts.topic].accepted,
      (accepted) => accepted === 1,
    );
    for (const clientId of ['zoe', 'otto']) {
      await engine.write('/purchases', { clientId, purchaseId: `known-${clientId}`, amount: 100, currency: 'EUR' });
      await engine.write(`/clients/${clientId}/erase`, { reason: 'requested', requestedBy: 'person' });
      await until(
        () => engine.get(`/erasures/${clientId}`),
        ({ body }) => typeof body.completedAt === 'string',
      );
    }
    await engine.quiet();
    await engine.discard();
    await bus.close();
    // its folder stays until it is stopped
    await broker.kill();
    const secrets = [note, ...Object.values(heard), ...Object.values(told), refused.lastName, email, number];
    found = traces(join(dirname(broker.caFile), 'log'), [...secrets, NOT_TAKEN, 'known-zoe', 'known-otto']);
  });
  afterAll(() => broker.stop());

  /** What was found may be a half of what was looked for. */
  const isName = (trace: string): boolean => {
    const [piece] = trace.toLowerCase().split(' in ');
    return ![NOT_TAKEN, 'known-zoe', 'known-otto'].some((own) => own.toLowerCase().includes(piece));
  };

  it('holds the events of both, inside and for others, and what was not taken', () => {
    expect(of(clients.deadLetters).join()).toContain(`${NOT_TAKEN} in`);
    for (const topic of [INTERNAL_TOPIC, 'boucle.purchases.v1'])
      for (const purchase of ['known-zoe', 'known-otto']) expect(of(topic).join()).toContain(`${purchase} in`);
  });

  it('holds nothing personal in any topic that the engine writes, also not of a message that was not taken', () => {
    const own = [
      INTERNAL_TOPIC,
      ...PUBLIC_TOPICS.map(({ name }) => name),
      ...Object.values(IN_TOPICS).map(({ deadLetters }) => deadLetters),
    ];
    expect(own.flatMap(of).filter(isName)).toEqual([]);
  });

  it('holds who was told of by a topic there and nowhere else, until the topic forgets: after seven days at most, which is checked at start', () => {
    const names = found.filter(isName);
    expect(names.some((trace) => trace.includes('lchlimann in'))).toBe(true);
    expect(names.filter((trace) => ![clients, contacts].some(({ topic }) => trace.includes(` in ${topic}-`)))).toEqual([]);
  });
});
