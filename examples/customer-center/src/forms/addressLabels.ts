export const addressLabels = {
  street: 'Street and number',
  zip: 'Postal code',
  city: 'City',
  country: 'Country',
};

export type AddressName = keyof typeof addressLabels;
