/** The addresses of the app's pages. Keys of records may hold any character. */
export const paths = {
  home: () => '/',
  customers: () => '/customers',
  customer: (customerId: string) => `/customers/${encodeURIComponent(customerId)}`,
  customerEdit: (customerId: string) => `/customers/${encodeURIComponent(customerId)}/edit`,
  customerGroups: (customerId: string) => `/customers/${encodeURIComponent(customerId)}/groups`,
  customerCreate: () => '/new/customer',
  people: () => '/people',
  person: (login: string) => `/people/${encodeURIComponent(login)}`,
  personEdit: (login: string) => `/people/${encodeURIComponent(login)}/edit`,
  personGroups: (login: string) => `/people/${encodeURIComponent(login)}/groups`,
  personCreate: (customerId: string) => `/new/person?customer=${encodeURIComponent(customerId)}`,
  groups: () => '/groups',
  group: (name: string) => `/groups/${encodeURIComponent(name)}`,
  groupCustomers: (name: string) => `/groups/${encodeURIComponent(name)}/customers`,
  groupPeople: (name: string) => `/groups/${encodeURIComponent(name)}/people`,
  ticket: (number: string) => `/tickets/${encodeURIComponent(number)}`,
};
