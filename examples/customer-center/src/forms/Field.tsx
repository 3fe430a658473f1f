import { useId, type ChangeEvent } from 'react';
import { errorsOfField } from './fieldErrors';
import type { Form } from './useForm';

interface FieldProps<Name extends string> {
  form: Form<Name>;
  name: Name;
  label: string;
  type?: 'text' | 'email' | 'tel' | 'url' | 'password';
  isRequired?: boolean;
  isMultiline?: boolean;
  autoComplete?: string;
  hint?: string;
  /** What to choose among; without it any text may be typed. */
  options?: readonly string[];
}

/** A field of a form with its label, and beneath it what the server has against its value. */
export function Field<Name extends string>(props: FieldProps<Name>) {
  const { form, name, label, type = 'text', isRequired, isMultiline, hint, options } = props;
  const id = useId();
  const errors = errorsOfField(form.errors, name);

  const control = {
    id,
    name,
    value: form.values[name],
    required: isRequired,
    autoComplete: props.autoComplete ?? 'off',
    'aria-invalid': errors.length > 0,
    'aria-describedby': `${id}-hint ${id}-errors`,
    onChange: (event: ChangeEvent<HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement>) =>
      form.setValues({ ...form.values, [name]: event.target.value }),
  };

  return (
    <div className={isMultiline ? 'field field-wide' : 'field'}>
      <label htmlFor={id}>
        {label} {isRequired && <span className="muted">(required)</span>}
      </label>
      {options ? (
        <select {...control}>
          <option value="" />
          {options.map((option) => (
            <option key={option}>{option}</option>
          ))}
        </select>
      ) : isMultiline ? (
        <textarea {...control} rows={3} />
      ) : (
        <input {...control} type={type} />
      )}
      {hint && (
        <span id={`${id}-hint`} className="field-hint">
          {hint}
        </span>
      )}
      <span id={`${id}-errors`} className="field-error">
        {errors.map((error) => error.message).join(' ')}
      </span>
    </div>
  );
}
