import { cellOf } from './cell.js';

describe('a cell', () => {
  it('names the values of its columns in their order', () => {
    expect(cellOf({ womens: 0, mens: 1 }, ['mens', 'womens'])).toBe('mens=1 womens=0');
  });

  it('is one for everybody without columns', () => expect(cellOf({ mens: 1 }, [])).toBe('all'));

  it('shows a missing value as such', () => expect(cellOf({ town: '', age: null }, ['town', 'age'])).toBe("town='' age=''"));

  it('never shares its name with another', () => {
    const columns = ['a', 'b'];
    expect(cellOf({ a: 'x b=y', b: 'z' }, columns)).not.toBe(cellOf({ a: 'x', b: 'y b=z' }, columns));
    expect(cellOf({ a: "x' b='y", b: 'z' }, columns)).not.toBe(cellOf({ a: 'x', b: "y' b='z" }, columns));
  });
});
