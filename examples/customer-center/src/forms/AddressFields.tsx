import { useQuery } from '@apollo/client/react';
import { graphql } from '../gql';
import { addressLabels, type AddressName } from './addressLabels';
import { Field } from './Field';
import type { Form } from './useForm';

const COUNTRIES = graphql(`
  query Countries {
    settings {
      countries {
        name
      }
    }
  }
`);

export function AddressFields<Name extends string>({ form }: { form: Form<Name | AddressName> }) {
  const { data } = useQuery(COUNTRIES);
  const countries = data?.settings.countries.map(({ name }) => name) ?? [];
  // What is stored may be no country that is known today; it can stay.
  const options = new Set([form.values.country, ...countries].filter(Boolean));
  return (
    <fieldset className="fields">
      <legend>Address</legend>
      <Field form={form} name="street" label={addressLabels.street} autoComplete="street-address" />
      <Field form={form} name="zip" label={addressLabels.zip} autoComplete="postal-code" />
      <Field form={form} name="city" label={addressLabels.city} autoComplete="address-level2" />
      <Field
        form={form}
        name="country"
        label={addressLabels.country}
        options={[...options]}
        autoComplete="country-name"
      />
    </fieldset>
  );
}
