import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { Session, type SignInResult, type SignInService, type TokenStorage } from './session';

const MINUTE = 60_000;
const REFUSED: SignInResult = { refusals: [{ code: 'BAD_CREDENTIALS', message: 'No.' }] };

/** A service that gives out the tokens a1 and r1, a2 and r2, and so on, each good for 15 minutes. */
function createService() {
  let count = 0;
  const give = (): Promise<SignInResult> => {
    count += 1;
    const expiresAt = new Date(Date.now() + 15 * MINUTE).toISOString();
    return Promise.resolve({
      tokens: { accessToken: `a${String(count)}`, refreshToken: `r${String(count)}`, expiresAt },
    });
  };
  return {
    login: vi.fn<SignInService['login']>(give),
    refresh: vi.fn<SignInService['refresh']>(give),
    logout: vi.fn<SignInService['logout']>(() => Promise.resolve()),
  };
}

function createStorage(): TokenStorage {
  const items = new Map<string, string>();
  return {
    getItem: (key) => items.get(key) ?? null,
    setItem: (key, value) => void items.set(key, value),
    removeItem: (key) => void items.delete(key),
  };
}

beforeEach(() => {
  vi.useFakeTimers();
});

afterEach(() => {
  vi.useRealTimers();
});

describe('a session', () => {
  it('is not there at first', async () => {
    const session = new Session(createService(), createStorage());
    await session.restore();
    expect(session.getState()).toEqual({ status: 'signed-out' });
  });

  it('begins with a sign-in', async () => {
    const session = new Session(createService(), createStorage());
    expect(await session.signIn('AGENT', 'olga', 'secret')).toEqual([]);
    expect(session.getState()).toEqual({ status: 'signed-in' });
    expect(await session.accessToken()).toBe('a1');
  });

  it('tells why a sign-in was refused', async () => {
    const service = createService();
    service.login.mockResolvedValue(REFUSED);
    const session = new Session(service, createStorage());
    expect(await session.signIn('AGENT', 'olga', 'wrong')).toMatchObject([{ message: 'No.' }]);
  });

  it('renews its access token once for all who ask, shortly before it ends', async () => {
    const service = createService();
    const session = new Session(service, createStorage());
    await session.signIn('AGENT', 'olga', 'secret');
    vi.advanceTimersByTime(14 * MINUTE);
    expect(await session.accessToken()).toBe('a1');
    vi.advanceTimersByTime(MINUTE);
    expect(await Promise.all([session.accessToken(), session.accessToken()])).toEqual(['a2', 'a2']);
    expect(service.refresh.mock.calls).toEqual([['r1']]);
  });

  it('renews an access token that was discarded', async () => {
    const session = new Session(createService(), createStorage());
    await session.signIn('AGENT', 'olga', 'secret');
    session.discardAccessToken();
    expect(await session.accessToken()).toBe('a2');
  });

  it('goes on after a reload with the last refresh token', async () => {
    const service = createService();
    const storage = createStorage();
    await new Session(service, storage).signIn('AGENT', 'olga', 'secret');
    const reloaded = new Session(service, storage);
    await reloaded.restore();
    expect(reloaded.getState()).toEqual({ status: 'signed-in' });
    expect(service.refresh.mock.calls).toEqual([['r1']]);
  });

  it('is kept for another try when the server does not answer after a reload', async () => {
    const service = createService();
    const storage = createStorage();
    await new Session(service, storage).signIn('AGENT', 'olga', 'secret');
    service.refresh.mockRejectedValueOnce(new Error('Failed to fetch'));
    const offline = new Session(service, storage);
    await offline.restore();
    expect(offline.getState()).toEqual({ status: 'signed-out', notice: 'Failed to fetch' });
    const online = new Session(service, storage);
    await online.restore();
    expect(online.getState()).toEqual({ status: 'signed-in' });
  });

  it('ends when its refresh token is refused', async () => {
    const service = createService();
    const session = new Session(service, createStorage());
    await session.signIn('AGENT', 'olga', 'secret');
    service.refresh.mockResolvedValue(REFUSED);
    session.discardAccessToken();
    await expect(session.accessToken()).rejects.toThrow('Your session has ended');
    expect(session.getState()).toMatchObject({ status: 'signed-out' });
  });

  it('ends when one signs out, and leaves nothing behind', async () => {
    const service = createService();
    const storage = createStorage();
    const session = new Session(service, storage);
    await session.signIn('AGENT', 'olga', 'secret');
    await session.signOut();
    expect(service.logout.mock.calls).toEqual([['a1']]);
    const next = new Session(service, storage);
    await next.restore();
    expect(next.getState()).toEqual({ status: 'signed-out' });
  });
});
