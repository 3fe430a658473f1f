// Documents as an application with Relay writes them. They are compiled by relay-compiler, and run by relay.test.js.
import { graphql } from 'relay-runtime';

export const customerList = graphql`
  query documentsCustomerListQuery($first: Int!, $after: String, $search: String) {
    ...documents_customers @arguments(first: $first, after: $after, search: $search)
  }
`;

// A list at the root, page by page.
export const customers = graphql`
  fragment documents_customers on Query
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" }, search: { type: "String" })
  @refetchable(queryName: "documentsCustomersPaginationQuery") {
    customers(first: $first, after: $after, search: $search)
      @connection(key: "documents_customers", filters: ["search"]) {
      totalCount
      edges {
        node {
          id
          ...documents_card
        }
      }
    }
  }
`;

export const card = graphql`
  fragment documents_card on Customer {
    customerId
    name
    version
    ticketCounts {
      open
    }
  }
`;

export const customerDetail = graphql`
  query documentsCustomerDetailQuery($id: ID!, $first: Int!, $after: String) {
    node(id: $id) {
      ...documents_card @alias(as: "card")
      ...documents_people @alias(as: "people") @arguments(first: $first, after: $after)
    }
  }
`;

// A list of a record, which is refetched through `node`.
export const people = graphql`
  fragment documents_people on Customer
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
  @refetchable(queryName: "documentsPeoplePaginationQuery") {
    customerUsers(first: $first, after: $after) @connection(key: "documents_customerUsers") {
      edges {
        node {
          login
          fullName
        }
      }
    }
  }
`;

// A list with more in its edges than cursor and node, and without nodes.
export const members = graphql`
  fragment documents_members on Group
  @argumentDefinitions(first: { type: "Int!" }, after: { type: "String" })
  @refetchable(queryName: "documentsMembersPaginationQuery") {
    customerUsers(first: $first, after: $after, effective: true)
      @connection(key: "documents_customerUsers", filters: ["effective"]) {
      edges {
        permissions
        node {
          login
        }
      }
    }
  }
`;

// Read backwards.
export const articles = graphql`
  fragment documents_articles on Ticket
  @argumentDefinitions(last: { type: "Int!" }, before: { type: "String" })
  @refetchable(queryName: "documentsArticlesPaginationQuery") {
    articles(last: $last, before: $before) @connection(key: "documents_articles") {
      edges {
        node {
          subject
        }
      }
    }
  }
`;

export const update = graphql`
  mutation documentsUpdateMutation($customerId: String!, $input: CustomerUpdateInput!) {
    customerUpdate(customerId: $customerId, input: $input) {
      customer {
        ...documents_card
      }
      userErrors {
        code
        path
      }
    }
  }
`;

export const changed = graphql`
  subscription documentsChangedSubscription($customerId: String!) {
    customerChanged(customerId: $customerId) {
      cursor
      customer {
        ...documents_card
      }
    }
  }
`;
