import { AddressFields } from '../forms/AddressFields';
import { Field } from '../forms/Field';
import type { Form } from '../forms/useForm';
import { customerLabels, type CustomerName } from './customerValues';

/** The fields that a customer has both when it is made and when it is edited. */
export function CustomerFields<Name extends string>({ form }: { form: Form<Name | CustomerName> }) {
  return (
    <>
      <div className="fields">
        <Field form={form} name="name" label={customerLabels.name} isRequired />
        <Field form={form} name="url" label={customerLabels.url} type="url" />
        <Field form={form} name="comment" label={customerLabels.comment} isMultiline />
      </div>
      <AddressFields form={form} />
    </>
  );
}
