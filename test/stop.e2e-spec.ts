import { ServedEngine, until } from './support/served-engine.js';

const ASKING = 8;

it('stops although others go on asking over the connections that they have', async () => {
  const engine = await ServedEngine.start();
  let asked = 0;
  const ask = async (): Promise<void> => {
    while ((await engine.get('/health').catch(() => null)) !== null) asked++;
  };
  const asking = Array.from({ length: ASKING }, ask);
  await until(
    async () => asked,
    (answered) => answered > ASKING,
  );
  await engine.close();
  await Promise.all(asking);
});
