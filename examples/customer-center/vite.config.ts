import react from '@vitejs/plugin-react';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  plugins: [react()],
  // One script for all pages; most of it is React and the GraphQL client, which each page needs.
  build: { chunkSizeWarningLimit: 700 },
  server: {
    proxy: { '/graphql': { target: process.env.DESKGRAPH_URL ?? 'http://127.0.0.1:8080', ws: true } },
  },
  test: { include: ['src/**/*.test.ts'] },
});
