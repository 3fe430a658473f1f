import type { AddressFragment } from '../gql/graphql';

/** The parts of an address that are stored, as they stand on a letter. */
export function addressLines({ street, zip, city, country }: AddressFragment): string[] {
  const place = [zip, city].filter(Boolean).join(' ');
  return [street, place, country].filter((line): line is string => Boolean(line));
}
