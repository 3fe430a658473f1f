// Types for every document: by the client preset, with the document as a typed value, and by the plugin for the types alone.
const config = {
  scalars: { DateTime: 'string', PermissionKey: 'string', Url: 'string', Version: 'string' },
  // A new scalar has to be named above.
  strictScalars: true,
};

export default {
  schema: '../../schema.graphql',
  documents: '../documents/*.graphql',
  generates: {
    'generated/codegen/': { preset: 'client', config },
    'generated/codegen/types.ts': { plugins: ['typescript-operations'], config },
  },
};
