import { describe, expect, it } from 'vitest';
import { changed, clashes, rebase } from './record';

const base = { name: 'Acme', city: 'Rome', zip: '1' };

describe('changed', () => {
  it('has the fields that differ', () => {
    expect(changed(base, { ...base, city: '' })).toEqual({ city: '' });
  });
});

describe('rebase', () => {
  it('keeps own changes and takes over the others', () => {
    const own = { ...base, city: 'Oslo' };
    const stored = { ...base, zip: '2' };
    expect(rebase(base, own, stored)).toEqual({ name: 'Acme', city: 'Oslo', zip: '2' });
  });
});

describe('clashes', () => {
  it('has what someone else stored in a field that was changed here too', () => {
    expect(clashes(base, { ...base, city: 'Oslo' }, { ...base, city: 'Bern', zip: '2' })).toEqual({
      city: 'Bern',
    });
  });

  it('has nothing where both wrote the same', () => {
    expect(clashes(base, { ...base, city: 'Oslo' }, { ...base, city: 'Oslo' })).toEqual({});
  });
});
