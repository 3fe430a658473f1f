import { useQuery } from '@apollo/client/react';
import { CustomerLink } from '../customers/CustomerLink';
import { graphql } from '../gql';
import { paths } from '../paths';
import { PersonLink } from '../people/PersonLink';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Facts } from '../shared/Facts';
import { Loading } from '../shared/Loading';
import { NotFound } from '../shared/NotFound';
import { Page } from '../shared/Page';
import { Time } from '../shared/Time';
import { useRouteParam } from '../shared/useRouteParam';
import { ArticleList } from './ArticleList';
import { LiveTickets } from './LiveTickets';
import { StateBadge } from './StateBadge';

const TICKET_PAGE = graphql(`
  query TicketPage($number: String!) {
    ticket(number: $number) {
      ...TicketRow
      changedAt
      customerId
      customerUserLogin
      customer {
        id
        customerId
        name
      }
      customerUser {
        id
        login
        fullName
      }
      owner {
        id
        login
      }
      articles(last: 50) {
        nodes {
          ...Article
        }
      }
    }
  }
`);

export function TicketPage() {
  const number = useRouteParam('number');
  const { data, error, refetch } = useQuery(TICKET_PAGE, { variables: { number } });

  if (error) return <ErrorMessage error={error} />;
  if (!data) return <Loading />;
  if (!data.ticket) return <NotFound what="ticket" />;

  const { ticket } = data;
  return (
    <Page
      title={ticket.title || 'Without title'}
      badge={<StateBadge state={ticket.state} />}
      subtitle={ticket.number}
      parent={
        ticket.customer
          ? { title: ticket.customer.name, path: paths.customer(ticket.customer.customerId) }
          : undefined
      }
    >
      <LiveTickets number={number} onChange={() => void refetch()} />
      <div className="columns">
        <ArticleList articles={ticket.articles.nodes} />
        <section className="card" aria-labelledby="ticket-facts">
          <h2 id="ticket-facts">Ticket</h2>
          <Facts
            facts={{
              Customer: ticket.customer ? <CustomerLink customer={ticket.customer} /> : ticket.customerId,
              Person: ticket.customerUser ? (
                <PersonLink person={ticket.customerUser} />
              ) : (
                ticket.customerUserLogin
              ),
              Queue: ticket.queue.name,
              Priority: ticket.priority.name,
              Owner: ticket.owner?.login,
              Escalation: ticket.escalation && <Time at={ticket.escalation.dueAt} />,
              'Waits until': ticket.pendingUntil && <Time at={ticket.pendingUntil} />,
              Created: <Time at={ticket.createdAt} />,
              Changed: <Time at={ticket.changedAt} />,
            }}
          />
        </section>
      </div>
    </Page>
  );
}
