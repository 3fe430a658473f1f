import { AddressFields } from '../forms/AddressFields';
import { Field } from '../forms/Field';
import type { Form } from '../forms/useForm';
import { personLabels, type PersonName } from './personValues';

/** The fields that a person has both when they are made and when they are edited. */
export function PersonFields<Name extends string>({ form }: { form: Form<Name | PersonName> }) {
  return (
    <>
      <fieldset className="fields">
        <legend>Person</legend>
        <Field form={form} name="title" label={personLabels.title} />
        <Field form={form} name="firstName" label={personLabels.firstName} isRequired />
        <Field form={form} name="lastName" label={personLabels.lastName} isRequired />
        <Field form={form} name="customerId" label={personLabels.customerId} isRequired />
        <Field form={form} name="email" label={personLabels.email} type="email" isRequired />
        <Field form={form} name="phone" label={personLabels.phone} type="tel" />
        <Field form={form} name="mobile" label={personLabels.mobile} type="tel" />
        <Field form={form} name="fax" label={personLabels.fax} type="tel" />
        <Field form={form} name="comment" label={personLabels.comment} isMultiline />
      </fieldset>
      <AddressFields form={form} />
    </>
  );
}
