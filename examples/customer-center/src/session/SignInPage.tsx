import { useState, type SubmitEvent } from 'react';
import { session } from '../api/client';
import type { Realm } from '../gql/graphql';
import { usePageFocus } from '../shared/usePageFocus';
import './SignInPage.css';

export function SignInPage({ notice }: { notice?: string }) {
  const [message, setMessage] = useState(notice);
  const [isBusy, setBusy] = useState(false);
  const heading = usePageFocus();

  async function signIn(form: FormData) {
    setBusy(true);
    try {
      const refusals = await session.signIn(
        form.get('realm') as Realm,
        form.get('login') as string,
        form.get('password') as string,
      );
      setMessage(refusals.map((refusal) => refusal.message).join(' '));
    } catch (error) {
      setMessage((error as Error).message);
    } finally {
      setBusy(false);
    }
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    void signIn(new FormData(event.currentTarget));
  }

  return (
    <main className="sign-in">
      <title>Sign in – Customer Center</title>
      <form className="card stack" onSubmit={submit}>
        <header className="sign-in-header">
          <img src="/icon.svg" alt="" width="40" height="40" />
          <h1 ref={heading} tabIndex={-1}>
            Customer Center
          </h1>
        </header>
        <div role="alert">{message && <p className="notice notice-bad">{message}</p>}</div>
        <fieldset className="segments">
          <legend>I am</legend>
          <label>
            <input type="radio" name="realm" value="AGENT" defaultChecked /> an agent
          </label>
          <label>
            <input type="radio" name="realm" value="CUSTOMER" /> a customer
          </label>
        </fieldset>
        <label className="field">
          <span>Username</span>
          <input name="login" autoComplete="username" autoCapitalize="none" spellCheck={false} required />
        </label>
        <label className="field">
          <span>Password</span>
          <input name="password" type="password" autoComplete="current-password" required />
        </label>
        <button className="button button-primary" disabled={isBusy}>
          Sign in
        </button>
      </form>
    </main>
  );
}
