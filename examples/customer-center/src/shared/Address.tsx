import { graphql } from '../gql';
import type { AddressFragment } from '../gql/graphql';
import { addressLines } from './addressLines';

export const ADDRESS = graphql(`
  fragment Address on Address {
    street
    zip
    city
    country
    mapUrl
  }
`);

export function Address({ address }: { address: AddressFragment }) {
  return (
    <address>
      {addressLines(address).map((line) => (
        <div key={line}>{line}</div>
      ))}
      {address.mapUrl && <a href={address.mapUrl}>Show on the map</a>}
    </address>
  );
}
