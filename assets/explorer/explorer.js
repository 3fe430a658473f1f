'use strict';

// GraphiQL with a form to sign in and examples to begin with.
(() => {
  /** Values of the demo data for variables of the examples that must be given. */
  const SAMPLES = {
    customerId: 'acme',
    login: 'ann',
    name: 'support',
    groupBy: ['STATE'],
    input: { queue: 'Support', title: 'The printer hums', body: 'It began this morning.', customerUserLogin: 'ann' },
  };
  const element = (id) => document.getElementById(id);

  // Signing in.

  /** Shows who is signed in from now on; what still listens for somebody else ends. */
  function show(viewer) {
    wsClient.terminate();
    const login = (viewer?.agent ?? viewer?.customerUser)?.login;
    element('who').value = viewer ? `${login} (${viewer.role.toLowerCase().replaceAll('_', ' ')})` : 'Not signed in';
    element('sign-in').hidden = Boolean(viewer);
    element('sign-out').hidden = !viewer;
  }

  function openDialog() {
    element('problem').textContent = '';
    element('dialog').showModal();
  }

  /** Does what a form of the dialog is for, and closes the dialog or says what went wrong. */
  function onSubmit(id, signIn) {
    const form = element(id);
    form.addEventListener('submit', async (event) => {
      event.preventDefault();
      element('problem').textContent = '';
      try {
        show(await signIn(Object.fromEntries(new FormData(form))));
        form.reset();
        element('dialog').close();
      } catch ({ message }) {
        element('problem').textContent = message;
      }
    });
  }

  element('sign-in').addEventListener('click', openDialog);
  element('cancel').addEventListener('click', () => element('dialog').close());
  element('sign-out').addEventListener('click', async () => {
    show(null);
    // Here nobody is signed in any more, whether the server hears of it or not.
    await Session.signOut().catch(() => {});
  });
  onSubmit('password-form', ({ realm, login, password }) => Session.signIn(realm, login, password));
  onSubmit('token-form', ({ token }) => Session.paste(token.trim()));

  // Asking.

  const wsClient = graphqlWs.createClient({
    url: Session.ENDPOINT.replace(/^http/, 'ws'),
    lazyCloseTimeout: 1_000,
    connectionParams: async () => {
      const token = await Session.token();
      return token ? { Authorization: `Bearer ${token}` } : {};
    },
  });

  const fetcher = GraphiQL.createFetcher({
    url: Session.ENDPOINT,
    wsClient,
    fetch: async (url, options) => {
      const headers = new Headers(options.headers);
      const token = await Session.token();
      if (token && !headers.has('authorization')) headers.set('authorization', `Bearer ${token}`);
      return fetch(url, { ...options, headers });
    },
  });

  // Examples.

  /** A document with its name, what its first line says of it, and variables that fit the demo data. */
  function toExample(text) {
    const [, about, name] = /^# (.*)\n\w+ (\w+)/.exec(text);
    const required = [...text.matchAll(/\$(\w+): [^=,)\n]*!(?! *=)/g)].map(([, variable]) => variable);
    const variables = Object.fromEntries(required.map((variable) => [variable, SAMPLES[variable]]));
    return { name, about, text, variables: required.length > 0 ? JSON.stringify(variables, null, 2) : '' };
  }

  /** Shows GraphiQL, which takes a document over when it is given another one than before. */
  function render(root, { text, variables }) {
    root.render(React.createElement(GraphiQL, { fetcher, query: text, variables, shouldPersistHeaders: false }));
  }

  /** Fills the menu, from which the same example can be taken again and again. */
  function offer(examples, root) {
    const menu = element('examples');
    menu.append(...examples.map(({ name, about }) => Object.assign(new Option(name, name), { title: about })));
    menu.addEventListener('change', () => {
      const chosen = examples.find(({ name }) => name === menu.value);
      menu.value = '';
      ReactDOM.flushSync(() => render(root, {}));
      render(root, chosen);
    });
  }

  async function start() {
    const texts = await (await fetch('examples.json')).json();
    const examples = texts.map(toExample);
    show(await Session.resume());
    const root = ReactDOM.createRoot(element('graphiql'));
    render(root, examples[0]);
    offer(examples, root);
  }

  start();
})();
