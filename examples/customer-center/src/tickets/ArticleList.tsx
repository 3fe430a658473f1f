import { graphql } from '../gql';
import type { ArticleFragment } from '../gql/graphql';
import { Time } from '../shared/Time';
import './ArticleList.css';

export const ARTICLE = graphql(`
  fragment Article on Article {
    id
    sender
    from
    subject
    body
    isVisibleForCustomer
    createdAt
  }
`);

/** What was written about a ticket, oldest first. */
export function ArticleList({ articles }: { articles: readonly ArticleFragment[] }) {
  return (
    <ol className="article-list stack">
      {articles.map((article) => (
        <li key={article.id} className="card" data-sender={article.sender}>
          <h2>{article.subject}</h2>
          <p className="detail">
            {article.from} · <Time at={article.createdAt} />{' '}
            {!article.isVisibleForCustomer && <span className="badge badge-warn">internal</span>}
          </p>
          <p className="article-body">{article.body}</p>
        </li>
      ))}
    </ol>
  );
}
