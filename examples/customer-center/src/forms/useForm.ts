import { useState } from 'react';
import { graphql } from '../gql';
import type { FormErrorFragment } from '../gql/graphql';
import type { Values } from './record';

export const FORM_ERROR = graphql(`
  fragment FormError on UserError {
    code
    message
    path
  }
`);

export interface Form<Name extends string> {
  values: Values<Name>;
  setValues(values: Values<Name>): void;
  /** What the server has against the input. */
  errors: readonly FormErrorFragment[];
  /** Why the request as a whole did not work. */
  failure: Error | undefined;
  isBusy: boolean;
  /** Sends the form: `send` gives the errors of its mutation, none when it worked. */
  submit(send: () => Promise<readonly FormErrorFragment[]>): Promise<void>;
}

/** What is typed into a form, and what the server has against it. */
export function useForm<Name extends string>(initial: Values<Name>): Form<Name> {
  const [values, setValues] = useState(initial);
  const [errors, setErrors] = useState<readonly FormErrorFragment[]>([]);
  const [failure, setFailure] = useState<Error>();
  const [isBusy, setBusy] = useState(false);

  async function submit(send: () => Promise<readonly FormErrorFragment[]>) {
    setBusy(true);
    setFailure(undefined);
    try {
      setErrors(await send());
    } catch (error) {
      setErrors([]);
      setFailure(error as Error);
    } finally {
      setBusy(false);
    }
  }

  return { values, setValues, errors, failure, isBusy, submit };
}
