// Every document with the types that GraphQL Code Generator gives it: what goes in, and what comes out. `tsc --strict` reads it, nothing runs it.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { useFragment as read } from '../generated/codegen/fragment-masking';
import {
  AnswerTicketDocument,
  CompanyTicketsDocument,
  CustomerDetailDocument,
  CustomerInformationDocument,
  CustomerListDocument,
  CustomerLookupDocument,
  CustomerPeopleDocument,
  CustomerTicketsDocument,
  CustomerUserDetailDocument,
  CustomerUserListDocument,
  CustomerUserTicketsDocument,
  GroupMembersDocument,
  MyTicketsDocument,
  NodesDocument,
  OpenTicketDocument,
  PermissionMatrixDocument,
  SettingsDocument,
  StatisticsDocument,
  TicketChangedDocument,
  TicketDetailDocument,
  TicketListDocument,
  TicketsFragmentDoc,
} from '../generated/codegen/graphql';
import type { CustomerListQuery, CustomerListQueryVariables, TicketListQueryVariables } from '../generated/codegen/types';

declare function run<Result, Variables>(document: TypedDocumentNode<Result, Variables>, variables: Variables): Result;

// Whether two types are the same: then it is the type `true`.
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
declare function check<_Holds extends true>(): void;

const customers = run(CustomerListDocument, { search: 'acme', orderBy: { field: 'NAME' }, filter: { validity: ['VALID', 'INVALID'] } });
const cities: (string | null)[] = customers.customers.nodes.map(({ address }) => address.city);
const total: number = customers.customers.totalCount;
check<Same<typeof customers, CustomerListQuery>>();
check<Same<CustomerListQueryVariables['first'], number | null | undefined>>();
// @ts-expect-error: an enum has no other values
run(CustomerListDocument, { orderBy: { field: 'SIZE' } });
// @ts-expect-error: a field that was not asked for
customers.customers.nodes[0]!.version;

const detail = run(CustomerDetailDocument, { customerId: 'acme' }).customer;
// @ts-expect-error: the customer may be null
detail.name;
const sources = detail?.customerUsers.nodes.flatMap(({ effectivePermissions }) => effectivePermissions?.flatMap(({ sources: of }) => of) ?? []);
const through: string | undefined = sources?.[0]?.customer?.customerId;
// @ts-expect-error: the CustomerID is needed
run(CustomerDetailDocument, {});

const webUrl: string | null | undefined = run(CustomerInformationDocument, { customerId: 'acme' }).customer?.webUrl;
const id: string | undefined = run(CustomerLookupDocument, { customerId: 'acme' }).customer?.id;
const people = run(CustomerPeopleDocument, { customerId: 'acme', first: 3, after: null }).customer?.customerUsers.nodes;
const emails: string[] | undefined = people?.map(({ email }) => email);

const lists = run(CustomerTicketsDocument, { customerId: 'acme', open: null }).customer;
const reminders = read(TicketsFragmentDoc, lists?.reminders);
const pendingUntil: string | null | undefined = reminders?.nodes[0]?.pendingUntil;
// @ts-expect-error: what a fragment asks for is for the one who has the fragment
lists?.open.totalCount;

const person = run(CustomerUserDetailDocument, { login: 'ann' }).customerUser;
const kind: 'DATABASE' | 'LDAP' | undefined = person?.dataSource.kind;
const reached: (boolean | undefined)[] | undefined = person?.customerAccess?.map(({ isDirect }) => isDirect);
const validities = run(CustomerUserListDocument, {}).customerUsers.nodes.map(({ validity }) => validity);
check<Same<(typeof validities)[number], 'VALID' | 'INVALID' | 'INVALID_TEMPORARILY'>>();
const fullName: string | undefined = run(CustomerUserTicketsDocument, { login: 'ann' }).customerUser?.fullName;

const members = run(GroupMembersDocument, { name: 'support', permission: 'ro' }).group;
const stored: string[] | undefined = members?.stored?.edges.flatMap(({ permissions }) => permissions);
const matrix = run(PermissionMatrixDocument, { groups: ['support'], filter: { customerId: { eq: 'acme' } } }).permissionMatrix;
const cells: string[][] | undefined = matrix?.rows[0]?.cells;

const role: 'ADMINISTRATOR' | 'AGENT' | 'CUSTOMER_USER' | undefined = run(MyTicketsDocument, {}).viewer?.role;
const open: number[] = run(CompanyTicketsDocument, { view: 'OPEN' }).customers.nodes.map(({ ticketCounts }) => ticketCounts.open);
// @ts-expect-error: a variable that is not null may be left out, but not be null
run(CompanyTicketsDocument, { view: null });

for (const node of run(NodesDocument, { ids: [id ?? ''] }).nodes) {
  if (node?.__typename === 'Customer') {
    const customerId: string = node.customerId;
    // @ts-expect-error: a field of another type
    node.login;
    console.log(customerId);
  }
}

const input = { queue: 'Support', title: 'Printer', body: 'It burns.' };
const opened = run(OpenTicketDocument, { input }).ticketCreate;
const number: string = opened.ticket?.number ?? '';
const answered = run(AnswerTicketDocument, { number, input: { body: 'Still.', isVisibleForCustomer: true } }).ticketReply;
for (const { code, path } of [...opened.userErrors, ...answered.userErrors]) {
  const missing: boolean = code === 'REQUIRED' && path[0] === 'input';
  // @ts-expect-error: no such code
  console.log(missing, code === 'WRONG');
}
// @ts-expect-error: an input without what it needs
run(OpenTicketDocument, { input: { queue: 'Support' } });

const size: number = run(SettingsDocument, {}).settings.maxPageSize;
const rows = run(StatisticsDocument, { groupBy: ['QUEUE', 'STATE_TYPE'], filter: { createdAt: { since: '2026-01-01T00:00:00Z' } } });
const escalated: number[] = rows.ticketStatistics.map(({ counts }) => counts.escalated);
const ticket = run(TicketDetailDocument, { number }).ticket;
const due: string | undefined = ticket?.escalation?.dueAt;
const senders = ticket?.articles.nodes.map(({ sender }) => sender) ?? [];
check<Same<(typeof senders)[number], 'AGENT' | 'CUSTOMER' | 'SYSTEM'>>();
const variables: TicketListQueryVariables = { view: 'ESCALATED', orderBy: { field: 'ESCALATION', direction: 'ASC' } };
const owners: (string | undefined)[] = run(TicketListDocument, variables).tickets.nodes.map(({ owner }) => owner?.login);
const { cursor, ticket: changed } = run(TicketChangedDocument, { since: null }).ticketChanged;
const articles: string[] = changed.articles.nodes.map(({ body }) => body + cursor);

console.log(cities, total, through, webUrl, emails, pendingUntil, kind, reached, fullName, stored, cells, role, open);
console.log(size, escalated, due, owners, articles);
