import { addressLabels } from '../forms/addressLabels';
import type { Values } from '../forms/record';
import type { PersonRecordFragment } from '../gql/graphql';

export const personLabels = {
  title: 'Title',
  firstName: 'First name',
  lastName: 'Last name',
  email: 'E-mail',
  customerId: 'Customer id',
  phone: 'Phone',
  mobile: 'Mobile',
  fax: 'Fax',
  comment: 'Comment',
  ...addressLabels,
};

export type PersonName = keyof typeof personLabels;

export const noPerson: Values<PersonName> = {
  title: '',
  firstName: '',
  lastName: '',
  email: '',
  customerId: '',
  phone: '',
  mobile: '',
  fax: '',
  comment: '',
  street: '',
  zip: '',
  city: '',
  country: '',
};

export function toPersonValues(person: PersonRecordFragment): Values<PersonName> {
  const { firstName, lastName, email, customerId, address } = person;
  return {
    title: person.title ?? '',
    firstName,
    lastName,
    email,
    customerId,
    phone: person.phone ?? '',
    mobile: person.mobile ?? '',
    fax: person.fax ?? '',
    comment: person.comment ?? '',
    street: address.street ?? '',
    zip: address.zip ?? '',
    city: address.city ?? '',
    country: address.country ?? '',
  };
}

/** The input for these fields; an empty one is cleared, one that is missing keeps its value. */
export function toPersonInput(values: Partial<Values<PersonName>>) {
  const { street, zip, city, country, ...rest } = values;
  return { ...rest, address: { street, zip, city, country } };
}
