import { Remembered } from './remembered.js';

describe('what is remembered', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('is the latest value of the keys set last', () => {
    const some = new Remembered<number>(2, 1000);
    for (const [key, value] of [
      ['a', 1],
      ['b', 2],
      ['a', 3],
      ['c', 4],
    ] as const)
      some.set(key, value);
    expect(['a', 'b', 'c'].map((key) => some.get(key))).toEqual([3, undefined, 4]);
  });

  it('is forgotten after a while, also where nothing else happens, and no clock ticks on', () => {
    const some = new Remembered<number>(2, 1000);
    some.set('a', 1);
    jest.advanceTimersByTime(1999);
    expect(some.get('a')).toBe(1);
    jest.advanceTimersByTime(1);
    expect(some.get('a')).toBeUndefined();
    jest.advanceTimersByTime(1000);
    expect(jest.getTimerCount()).toBe(0);
    some.set('a', 2);
    expect(some.get('a')).toBe(2);
    expect(jest.getTimerCount()).toBe(1);
  });

  it('lives on when it is set anew', () => {
    const some = new Remembered<number>(2, 1000);
    for (let n = 0; n < 5; n++) {
      some.set('a', n);
      jest.advanceTimersByTime(900);
      expect(some.get('a')).toBe(n);
    }
  });
});
