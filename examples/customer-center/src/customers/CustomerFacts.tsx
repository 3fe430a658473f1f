import { graphql } from '../gql';
import type { CustomerFactsFragment } from '../gql/graphql';
import { Address } from '../shared/Address';
import { addressLines } from '../shared/addressLines';
import { Facts } from '../shared/Facts';
import { LinkList } from '../shared/LinkList';
import { Time } from '../shared/Time';

export const CUSTOMER_FACTS = graphql(`
  fragment CustomerFacts on Customer {
    url
    webUrl
    comment
    address {
      ...Address
    }
    links {
      ...ExternalLink
    }
    dataSource {
      id
      name
    }
    createdAt
    changedAt
    changedBy {
      id
      login
    }
  }
`);

/** The master data of a customer. */
export function CustomerFacts({ customer }: { customer: CustomerFactsFragment }) {
  const { url, webUrl, comment, address, links, dataSource, createdAt, changedAt, changedBy } = customer;
  return (
    <section className="card" aria-labelledby="customer-facts">
      <h2 id="customer-facts">Customer</h2>
      <Facts
        facts={{
          Address: addressLines(address).length > 0 && <Address address={address} />,
          Web: webUrl ? <a href={webUrl}>{url}</a> : url,
          Links: links.length > 0 && <LinkList links={links} />,
          Comment: comment,
          'Kept in': dataSource.name,
          Created: createdAt && <Time at={createdAt} />,
          Changed: changedAt && (
            <>
              <Time at={changedAt} />
              {changedBy && ` by ${changedBy.login}`}
            </>
          ),
        }}
      />
    </section>
  );
}
