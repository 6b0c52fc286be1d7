import { EmbeddedMessageBus } from './embedded.js';
import { Listener, messageBusContract, numbered, upTo } from './message-bus.contract.js';

messageBusContract('EmbeddedMessageBus', async () => {
  const bus = new EmbeddedMessageBus();
  return {
    bus,
    forget: async (topic, partition, before) => bus.forget(topic, partition, before),
    close: async () => {},
  };
});

describe('EmbeddedMessageBus', () => {
  it('keeps no more than it was told to, for those who come too late', async () => {
    const bus = new EmbeddedMessageBus(100);
    await bus.prepare([{ name: 'greetings', partitions: 1 }]);
    for (let from = 0; from < 1000; from += 50) await bus.publish('greetings', numbered('a', 50, from));
    const listener = new Listener(bus, 'late', 'greetings');
    await listener.until(() => listener.values.includes('999'));
    await listener.stop();
    expect(listener.values.length).toBeGreaterThanOrEqual(100);
    expect(listener.values.length).toBeLessThanOrEqual(125);
    expect(listener.values).toEqual(upTo(1000).slice(-listener.values.length));
  });
});
