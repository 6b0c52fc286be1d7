import { Entry, Tail } from './tail.js';

const entry = (position: number, type = 'Met', body: string | null = `event ${position}`): Entry => ({ position, type, body });
const entries = (count: number, from = 1): Entry[] => Array.from({ length: count }, (_, n) => entry((from + n) * 10));

describe('The tail of the log', () => {
  const never = new AbortController().signal;
  let tail: Tail;
  beforeEach(() => {
    tail = new Tail();
    tail.begin(100);
  });

  it('gives what stands behind a position, by type, and passes the rest', () => {
    tail.add([entry(110), entry(120, 'Rare'), entry(130, '$system', null)]);
    expect(tail.behind(100, null)).toEqual({ bodies: ['event 110', 'event 120'], position: 130 });
    expect(tail.behind(110, new Set(['Met']))).toEqual({ bodies: [], position: 130 });
    expect(tail.behind(115, new Set(['Rare']))).toEqual({ bodies: ['event 120'], position: 130 });
    expect(tail.behind(200, null)).toEqual({ bodies: [], position: 200 });
  });

  it('drops what has come before', () => {
    tail.add([entry(90), entry(110), entry(110), entry(105), entry(120)]);
    expect(tail.behind(100, null).bodies).toEqual(['event 110', 'event 120']);
  });

  it('gives a page at a time', () => {
    tail.add(entries(1200, 11));
    const first = tail.behind(100, null);
    expect(first.bodies).toHaveLength(500);
    expect(first.position).toBe(100 + 5000);
    expect(tail.behind(first.position, null).bodies[0]).toBe('event 5110');
  });

  it('keeps the newest, and says where it begins', () => {
    for (let n = 0; n < 20; n++) tail.add(entries(1000, 11 + n * 1000));
    expect(tail.end).toBe(100 + 200_000);
    expect(tail.start).toBeGreaterThan(100);
    const { bodies } = tail.behind(tail.start, null);
    expect(bodies[0]).toBe(`event ${tail.start + 10}`);
  });

  it('keeps fewer if they are heavy', () => {
    const heavy = 'x'.repeat(40_000_000);
    tail.add([entry(110, 'Met', heavy)]);
    expect([tail.start, tail.end]).toEqual([110, 110]);
    tail.add([entry(120)]);
    expect(tail.behind(110, null)).toEqual({ bodies: ['event 120'], position: 120 });
  });

  it('wakes those who wait for more, or tells them that it cannot go on', async () => {
    const waiting = tail.beyond(100, never);
    tail.add([entry(110)]);
    await waiting;
    const refused = tail.beyond(110, never);
    tail.fail(new Error('refused'));
    await expect(refused).rejects.toThrow('refused');
    await tail.beyond(110, AbortSignal.abort());
  });
});
