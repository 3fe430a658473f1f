import { useEffect, useRef, type ReactNode, type SubmitEvent } from 'react';
import { Link } from 'react-router';
import { ErrorMessage } from '../shared/ErrorMessage';
import { errorsOfForm } from './fieldErrors';
import type { Form } from './useForm';
import './RecordForm.css';

interface RecordFormProps<Name extends string> {
  form: Form<Name>;
  onSubmit: () => void;
  submitLabel: string;
  /** Where to go without storing anything. */
  cancelPath: string;
  /** The fields. */
  children: ReactNode;
}

/** A form whose input the server judges. Afterwards the focus is on the first field that has to be put right. */
export function RecordForm<Name extends string>({
  form,
  onSubmit,
  submitLabel,
  cancelPath,
  children,
}: RecordFormProps<Name>) {
  const element = useRef<HTMLFormElement>(null);
  const otherErrors = errorsOfForm(form.errors, Object.keys(form.values));

  useEffect(() => {
    if (form.errors.length > 0) element.current?.querySelector<HTMLElement>('[aria-invalid=true]')?.focus();
  }, [form.errors]);

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    onSubmit();
  }

  return (
    <form ref={element} className="card record-form" noValidate onSubmit={submit}>
      <div role="alert" className="record-form-errors">
        {otherErrors.map(({ message }) => (
          <p key={message} className="notice notice-bad">
            {message}
          </p>
        ))}
      </div>
      {form.failure && <ErrorMessage error={form.failure} />}
      {children}
      <div className="record-form-actions">
        <button className="button button-primary" disabled={form.isBusy}>
          {submitLabel}
        </button>
        <Link className="button" to={cancelPath}>
          Cancel
        </Link>
      </div>
    </form>
  );
}
