import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

type Action = 'kill' | 'freeze' | 'thaw' | 'restart' | 'stop';

/** A broker of its own for tests that harm it, in a process of its own. */
export type Broker = Readonly<Record<'brokers' | 'tlsBrokers' | 'saslBrokers' | 'username' | 'password' | 'caFile', string>> &
  Readonly<Record<Action, () => Promise<void>>>;

export const startBroker = async (): Promise<Broker> => {
  const child = fork(join(__dirname, '../../../infra/servers/kafka/start.mjs'));
  const ended = once(child, 'exit').then(() => Promise.reject(new Error('The broker could not be started')));
  ended.catch(() => undefined);
  const [places] = (await Promise.race([once(child, 'message'), ended])) as [Broker];
  const ask = (action: Action) => async (): Promise<void> => {
    child.send(action);
    await Promise.race([once(child, 'message'), ended]);
    if (action === 'stop') child.disconnect();
  };
  return {
    ...places,
    ...{ kill: ask('kill'), freeze: ask('freeze'), thaw: ask('thaw'), restart: ask('restart'), stop: ask('stop') },
  };
};
