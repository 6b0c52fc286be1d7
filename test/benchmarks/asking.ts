import { Agent, get } from 'node:http';

/** Asks over HTTP, one question after the other, in a process of its own: what the engine does not do shall not count. Tells how long each took, ms. */
process.once('message', (paths: string[]) => {
  const agent = new Agent({ keepAlive: true });
  const ask = (url: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const began = performance.now();
      get(url, { agent }, (response) => {
        if (response.statusCode !== 200) reject(new Error(`${url} answered ${response.statusCode}`));
        response.resume().once('end', () => resolve(performance.now() - began));
      }).once('error', reject);
    });
  void (async () => {
    const took: number[] = [];
    for (const path of paths) took.push(await ask(`${process.argv[2]}${path}`));
    process.send!(took, () => process.disconnect());
  })();
});
