import { graphql } from '../gql';
import type { ExternalLinkFragment } from '../gql/graphql';

export const EXTERNAL_LINK = graphql(`
  fragment ExternalLink on ExternalLink {
    label
    url
  }
`);

export function LinkList({ links }: { links: readonly ExternalLinkFragment[] }) {
  return (
    <ul className="plain-list">
      {links.map(({ label, url }) => (
        <li key={url}>
          <a href={url}>{label}</a>
        </li>
      ))}
    </ul>
  );
}
