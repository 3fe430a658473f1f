import { addressLabels } from '../forms/addressLabels';
import type { Values } from '../forms/record';
import type { CustomerRecordFragment } from '../gql/graphql';

export const customerLabels = {
  name: 'Name',
  url: 'Web address',
  comment: 'Comment',
  ...addressLabels,
};

export type CustomerName = keyof typeof customerLabels;

export const noCustomer: Values<CustomerName> = {
  name: '',
  url: '',
  comment: '',
  street: '',
  zip: '',
  city: '',
  country: '',
};

export function toCustomerValues({
  name,
  url,
  comment,
  address,
}: CustomerRecordFragment): Values<CustomerName> {
  return {
    name,
    url: url ?? '',
    comment: comment ?? '',
    street: address.street ?? '',
    zip: address.zip ?? '',
    city: address.city ?? '',
    country: address.country ?? '',
  };
}

/** The input for these fields; an empty one is cleared, one that is missing keeps its value. */
export function toCustomerInput(values: Partial<Values<CustomerName>>) {
  const { street, zip, city, country, ...rest } = values;
  return { ...rest, address: { street, zip, city, country } };
}
