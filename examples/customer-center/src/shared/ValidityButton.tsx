import { useState, type SubmitEvent } from 'react';
import type { FormErrorFragment, Validity } from '../gql/graphql';
import { Dialog } from './Dialog';
import { ErrorMessage } from './ErrorMessage';
import { validityNames } from './validityNames';

interface ValidityButtonProps {
  validity: Validity;
  /** What the validity of such a record means. */
  explanation: string;
  /** Stores it and gives the errors of the mutation. */
  store: (validity: Validity) => Promise<readonly FormErrorFragment[]>;
}

/** Asks for the validity of a record. */
export function ValidityButton({ validity, explanation, store }: ValidityButtonProps) {
  const [isOpen, setOpen] = useState(false);
  const [errors, setErrors] = useState<readonly { message: string }[]>([]);

  async function change(next: Validity) {
    try {
      const userErrors = await store(next);
      setErrors(userErrors);
      if (userErrors.length === 0) setOpen(false);
    } catch (error) {
      setErrors([error as Error]);
    }
  }

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    void change(new FormData(event.currentTarget).get('validity') as Validity);
  }

  return (
    <>
      <button className="button" onClick={() => setOpen(true)}>
        Validity
      </button>
      {isOpen && (
        <Dialog title="Validity" onClose={() => setOpen(false)}>
          <form className="stack" onSubmit={submit}>
            <p className="muted">{explanation}</p>
            {errors.map(({ message }) => (
              <ErrorMessage key={message} error={new Error(message)} />
            ))}
            <fieldset className="segments">
              <legend>The record is</legend>
              {Object.entries(validityNames).map(([value, name]) => (
                <label key={value}>
                  <input type="radio" name="validity" value={value} defaultChecked={value === validity} />{' '}
                  {name}
                </label>
              ))}
            </fieldset>
            <div className="dialog-actions">
              <button type="button" className="button" onClick={() => setOpen(false)}>
                Cancel
              </button>
              <button className="button button-primary">Store</button>
            </div>
          </form>
        </Dialog>
      )}
    </>
  );
}
