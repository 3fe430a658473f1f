// Paths are relative to the root of the repository, where `run` starts eslint.
import graphql from '@graphql-eslint/eslint-plugin';

const { configs } = graphql;

const common = {
  languageOptions: {
    parser: graphql.parser,
    parserOptions: { graphQLConfig: { schema: 'schema.graphql', documents: 'tests/documents/*.graphql' } },
  },
  plugins: { '@graphql-eslint': graphql },
};

// Types that are a part of their record, or an answer, and nothing that a client could ask for again by an id.
const VALUES = [
  'Address',
  'Country',
  'CustomerAccess',
  'CustomerGroupPermission',
  'CustomerUserGroupPermission',
  'EffectivePermission',
  'Escalation',
  'ExternalLink',
  'FieldChange',
  'PageInfo',
  'PermissionExplanation',
  'PermissionImpact',
  'PermissionImpactChange',
  'PermissionMatrix',
  'PermissionMatrixRow',
  'PermissionObstacle',
  'PermissionSource',
  'Settings',
  'TicketCounts',
  'TicketStatisticsRow',
  'UserError',
  'Viewer',
];

const schema = {
  ...common,
  files: ['schema.graphql'],
  rules: {
    ...configs['flat/schema-recommended'].rules,
    ...configs['flat/schema-relay'].rules,
    '@graphql-eslint/strict-id-in-types': [
      'error',
      { exceptions: { types: VALUES, suffixes: ['Connection', 'Edge', 'Event', 'Payload'] } },
    ],
    // `customerId` is the name of that key in help desks, not a prefix, and `customerUsers` are another kind of record.
    '@graphql-eslint/no-typename-prefix': 'off',
    // Lists that only grow or are read in full can be paged forwards only, as the specification of connections allows.
    '@graphql-eslint/relay-arguments': ['error', { includeBoth: false }],
    // Short lists of values need no pages, and `nodes` beside `edges` is for clients that want no cursors.
    '@graphql-eslint/relay-edge-types': [
      'error',
      { withEdgeSuffix: true, shouldImplementNode: true, listTypeCanWrapOnlyEdgeType: false },
    ],
  },
};

const documents = {
  ...common,
  files: ['tests/documents/*.graphql'],
  rules: {
    ...configs['flat/operations-recommended'].rules,
    // It wants `id` wherever there is one, for caches. These documents are of programs that keep none, and know records by
    // CustomerID, login and number.
    '@graphql-eslint/require-selections': 'off',
  },
};

export default [schema, documents];
