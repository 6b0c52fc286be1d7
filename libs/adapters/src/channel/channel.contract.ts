import { Channel, Delivery } from '@boucle/eventsourcing';

/** A channel, and what has arrived on its other side. */
export interface OpenedChannel {
  readonly channel: Channel;
  arrived(): Promise<readonly object[]>;
  close(): Promise<void>;
}

const delivery = (id: string, ...to: string[]): Delivery => ({
  id,
  messages: to.map((clientId) => ({ mailingId: `${id}.${clientId}`, clientId, subject: 'Été 🌞\nligne 2' })),
});

/** What every channel promises that may be offered a delivery again. */
export const channelContract = (name: string, open: () => Promise<OpenedChannel>): void => {
  describe(`${name} as a channel`, () => {
    let opened: OpenedChannel;
    beforeEach(async () => (opened = await open()));
    afterEach(() => opened.close());

    it('has brought each message over once it answers', async () => {
      const { messages, id } = delivery('spring.1.0', 'a', 'b');
      await opened.channel.send({ id, messages });
      expect(await opened.arrived()).toEqual(messages);
    });

    it('brings nothing twice when a delivery is offered again', async () => {
      const [first, second] = [delivery('spring.1.0', 'a', 'b'), delivery('spring.1.1', 'c')];
      for (const one of [first, second, first, second, first]) await opened.channel.send(one);
      expect(await opened.arrived()).toEqual([...first.messages, ...second.messages]);
    });

    it('brings deliveries offered at once, each whole', async () => {
      const all = Array.from({ length: 20 }, (_, n) => delivery(`spring.2.${String(n).padStart(2, '0')}`, 'a', 'b', 'c'));
      await Promise.all(all.map((one) => opened.channel.send(one)));
      expect(await opened.arrived()).toEqual(all.flatMap(({ messages }) => messages));
    });

    it('takes messages back out of some deliveries, and no others, however often', async () => {
      const [first, second, other] = [delivery('spring.1.0', 'a', 'b'), delivery('spring.1.1', 'a', 'c'), delivery('spring.2.0', 'a')];
      for (const one of [first, second, other]) await opened.channel.send(one);
      const concerned = (message: object): boolean => (message as { clientId: string }).clientId === 'a';
      for (let times = 0; times < 2; times++) await opened.channel.retract('spring.1.', concerned);
      expect(await opened.arrived()).toEqual([first.messages[1], second.messages[1], ...other.messages]);
      await opened.channel.retract('autumn.', concerned);
      expect(await opened.arrived()).toHaveLength(3);
    });

    it('takes a delivery of nothing', async () => {
      await opened.channel.send(delivery('spring.3.0'));
      expect(await opened.arrived()).toEqual([]);
    });
  });
};
