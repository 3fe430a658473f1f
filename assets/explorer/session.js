'use strict';

// Who is signed in. The access token is kept in memory only. What outlives a reload of this tab, and nothing else, is the refresh token, or the token
// that was pasted.
const Session = (() => {
  const KEPT = 'deskgraph-explorer';
  const ENDPOINT = new URL('../graphql', location.href).href;
  /** Renewed this long before it ends, in milliseconds. */
  const MARGIN = 30_000;
  const VIEWER = 'viewer { role agent { login } customerUser { login } }';

  /** `{ accessToken, expiresAt, refreshToken }`; a pasted token has neither end nor refresh token. */
  let current = null;
  let renewal = null;

  async function ask(query, variables, accessToken) {
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json' };
    if (accessToken) headers.authorization = `Bearer ${accessToken}`;
    const response = await fetch(ENDPOINT, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const { data, errors } = await response.json();
    if (errors) throw new Error(errors[0].message);
    return data;
  }

  function keep(session) {
    current = session;
    if (!session) sessionStorage.removeItem(KEPT);
    else if (session.refreshToken) sessionStorage.setItem(KEPT, JSON.stringify({ refreshToken: session.refreshToken }));
    else if (session.isPasted) sessionStorage.setItem(KEPT, JSON.stringify({ pasted: session.accessToken }));
  }

  /** Takes what signing in or renewing gave. */
  function accept({ accessToken, expiresAt, refreshToken, userErrors, viewer }) {
    if (userErrors.length > 0) throw new Error(userErrors.map(({ message }) => message).join(' '));
    keep({ accessToken, expiresAt: Date.parse(expiresAt), refreshToken });
    return viewer;
  }

  const PAYLOAD = `{ accessToken expiresAt refreshToken userErrors { message } ${VIEWER} }`;

  async function signIn(realm, login, password) {
    const query = `mutation($realm: Realm!, $login: String!, $password: String!) {
      login(realm: $realm, login: $login, password: $password) ${PAYLOAD}
    }`;
    return accept((await ask(query, { realm, login, password })).login);
  }

  async function paste(accessToken) {
    const { viewer } = await ask(`{ ${VIEWER} }`, {}, accessToken);
    if (!viewer) throw new Error('This token stands for nobody.');
    keep({ accessToken, isPasted: true });
    return viewer;
  }

  async function renew(refreshToken) {
    const query = `mutation($refreshToken: String!) { sessionRefresh(refreshToken: $refreshToken) ${PAYLOAD} }`;
    return accept((await ask(query, { refreshToken })).sessionRefresh);
  }

  /** Goes on after a reload; null where nobody was signed in, or is no longer. */
  async function resume() {
    const { pasted, refreshToken } = JSON.parse(sessionStorage.getItem(KEPT) ?? '{}');
    try {
      if (pasted) return await paste(pasted);
      return refreshToken ? await renew(refreshToken) : null;
    } catch {
      keep(null);
      return null;
    }
  }

  /** The token to send with a request; null where nobody is signed in. A refresh token is good once, so all wait for the same renewal. */
  async function token() {
    if (current?.refreshToken && current.expiresAt - Date.now() < MARGIN) {
      renewal ??= renew(current.refreshToken).catch(() => keep(null)).finally(() => { renewal = null; });
      await renewal;
    }
    return current?.accessToken ?? null;
  }

  async function signOut() {
    await renewal;
    const { accessToken, isPasted } = current ?? {};
    keep(null);
    if (accessToken && !isPasted) await ask('mutation { logout { userErrors { message } } }', {}, accessToken);
  }

  return { ENDPOINT, paste, resume, signIn, signOut, token };
})();
