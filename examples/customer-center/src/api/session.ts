import type { Realm, UserErrorCode } from '../gql/graphql';

export type SessionState =
  { status: 'restoring' } | { status: 'signed-out'; notice?: string } | { status: 'signed-in' };

export interface Tokens {
  accessToken: string;
  expiresAt: string;
  refreshToken: string | null;
}

export interface Refusal {
  code: UserErrorCode;
  message: string;
}

export type SignInResult = { tokens: Tokens } | { refusals: Refusal[] };

/** How the session talks to the server. */
export interface SignInService {
  login(realm: Realm, login: string, password: string): Promise<SignInResult>;
  refresh(refreshToken: string): Promise<SignInResult>;
  logout(accessToken: string): Promise<void>;
}

export class SessionEndedError extends Error {
  constructor() {
    super('Your session has ended. Please sign in again.');
  }
}

/** What the session needs of a storage. */
export type TokenStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>;

const STORAGE_KEY = 'deskgraph.refreshToken';

/** An access token is renewed when it has less than this left. */
const MARGIN_MS = 30_000;

/**
 * Who is signed in. The access token stays in memory. The refresh token is in the storage of the tab, so that the
 * session outlives a reload, and is replaced at each use.
 */
export class Session {
  #state: SessionState = { status: 'restoring' };
  #access: { token: string; endsAt: number } | null = null;
  #renewal: Promise<string> | null = null;
  readonly #listeners = new Set<() => void>();
  readonly #service: SignInService;
  readonly #storage: TokenStorage;

  constructor(service: SignInService, storage: TokenStorage) {
    this.#service = service;
    this.#storage = storage;
  }

  readonly getState = (): SessionState => this.#state;

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  };

  /** Goes on with the session of this tab, if there is one. */
  async restore(): Promise<void> {
    if (this.#storage.getItem(STORAGE_KEY) === null) {
      this.#setState({ status: 'signed-out' });
      return;
    }
    try {
      await this.accessToken();
    } catch (error) {
      // Where the server did not answer, the refresh token is kept for the next reload.
      if (this.#state.status === 'restoring') {
        this.#setState({ status: 'signed-out', notice: (error as Error).message });
      }
    }
  }

  /** Returns what the server has against it; nothing when it worked. */
  async signIn(realm: Realm, login: string, password: string): Promise<Refusal[]> {
    const result = await this.#service.login(realm, login, password);
    if ('refusals' in result) return result.refusals;
    this.#keep(result.tokens);
    return [];
  }

  async signOut(): Promise<void> {
    try {
      await this.#service.logout(await this.accessToken());
    } finally {
      this.#end();
    }
  }

  /** An access token that is still good, renewed where necessary. All who ask meanwhile wait for the same renewal. */
  accessToken(): Promise<string> {
    if (this.#access !== null && this.#access.endsAt - Date.now() > MARGIN_MS) {
      return Promise.resolve(this.#access.token);
    }
    this.#renewal ??= this.#renew().finally(() => {
      this.#renewal = null;
    });
    return this.#renewal;
  }

  /** Forgets an access token that the server did not take; the next one who asks gets a new one. */
  readonly discardAccessToken = (): void => {
    this.#access = null;
  };

  async #renew(): Promise<string> {
    const refreshToken = this.#storage.getItem(STORAGE_KEY);
    const result = refreshToken === null ? null : await this.#service.refresh(refreshToken);
    if (result === null || 'refusals' in result) {
      const error = new SessionEndedError();
      this.#end(error.message);
      throw error;
    }
    this.#keep(result.tokens);
    return result.tokens.accessToken;
  }

  #keep({ accessToken, expiresAt, refreshToken }: Tokens): void {
    this.#access = { token: accessToken, endsAt: Date.parse(expiresAt) };
    if (refreshToken === null) this.#storage.removeItem(STORAGE_KEY);
    else this.#storage.setItem(STORAGE_KEY, refreshToken);
    if (this.#state.status !== 'signed-in') this.#setState({ status: 'signed-in' });
  }

  #end(notice?: string): void {
    this.#access = null;
    this.#storage.removeItem(STORAGE_KEY);
    this.#setState({ status: 'signed-out', notice });
  }

  #setState(state: SessionState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}
