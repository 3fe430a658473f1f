import { describe, expect, it } from 'vitest';
import { isHeld, isIncluded, isSame, withKey, withoutKey } from './permissionKeys';

describe('permission keys', () => {
  it('are all held where rw is', () => {
    expect(isHeld(['rw'], 'ro')).toBe(true);
    expect(isHeld(['ro'], 'rw')).toBe(false);
  });

  it('are included by rw, which is included by nothing', () => {
    expect(isIncluded(['rw'], 'ro')).toBe(true);
    expect(isIncluded(['rw'], 'rw')).toBe(false);
    expect(isIncluded(['ro'], 'ro')).toBe(false);
  });

  it('are replaced by rw, which is stored alone', () => {
    expect(withKey(['ro', 'note'], 'rw')).toEqual(['rw']);
    expect(withKey(['ro'], 'note')).toEqual(['ro', 'note']);
  });

  it('are taken away one by one', () => {
    expect(withoutKey(['ro', 'note'], 'ro')).toEqual(['note']);
  });

  it('are the same in any order', () => {
    expect(isSame(['ro', 'note'], ['note', 'ro'])).toBe(true);
    expect(isSame(['ro'], ['ro', 'note'])).toBe(false);
  });
});
