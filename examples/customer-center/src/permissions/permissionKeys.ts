/** The permission that includes all others, and is stored alone. */
const ALL = 'rw';

export function isHeld(permissions: string[], key: string): boolean {
  return permissions.includes(key) || permissions.includes(ALL);
}

/** Whether a key is held only because `rw` includes it. */
export function isIncluded(permissions: string[], key: string): boolean {
  return key !== ALL && permissions.includes(ALL);
}

export function withKey(permissions: string[], key: string): string[] {
  return key === ALL ? [ALL] : [...permissions, key];
}

export function withoutKey(permissions: string[], key: string): string[] {
  return permissions.filter((permission) => permission !== key);
}

export function isSame(one: string[], other: string[]): boolean {
  return one.length === other.length && one.every((key) => other.includes(key));
}
