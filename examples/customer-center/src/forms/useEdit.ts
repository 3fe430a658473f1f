import { useState } from 'react';
import type { FormErrorFragment } from '../gql/graphql';
import { changed, clashes, rebase, type Values } from './record';
import { useForm, type Form } from './useForm';

interface Stored<Name extends string> {
  version: string;
  values: Values<Name>;
}

interface Edit<Name extends string> extends Form<Name> {
  /** What someone else has stored in the fields that were changed here; undefined where there was no conflict. */
  conflict: Partial<Values<Name>> | undefined;
  /**
   * Stores what was changed. `send` gives the errors of its mutation. After a version conflict `reload` gives the
   * record as it is now, and the changes are put on top of that.
   */
  store(
    send: (change: {
      ifVersion: string;
      values: Partial<Values<Name>>;
    }) => Promise<readonly FormErrorFragment[]>,
    reload: () => Promise<Stored<Name>>,
  ): Promise<void>;
}

/** A form that edits a record, from the version that the record had when the form was opened. */
export function useEdit<Name extends string>(initial: Stored<Name>): Edit<Name> {
  const [base, setBase] = useState(initial);
  const [conflict, setConflict] = useState<Partial<Values<Name>>>();
  const form = useForm(initial.values);

  return {
    ...form,
    conflict,
    store: (send, reload) =>
      form.submit(async () => {
        setConflict(undefined);
        const errors = await send({
          ifVersion: base.version,
          values: changed(base.values, form.values),
        });
        if (!errors.some(({ code }) => code === 'VERSION_CONFLICT')) return errors;
        const stored = await reload();
        setConflict(clashes(base.values, form.values, stored.values));
        form.setValues(rebase(base.values, form.values, stored.values));
        setBase(stored);
        return [];
      }),
  };
}
