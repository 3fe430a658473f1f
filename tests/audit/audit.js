// Runs every audit of the package `graphql-http` against an address, and ends with 1 where one of them fails, SHOULD and MAY included.

import { serverAudits } from 'graphql-http';

const [url] = process.argv.slice(2);
if (!url) {
  console.error('usage: node audit.js http://127.0.0.1:8080/graphql');
  process.exit(2);
}

// How many there are in the version that is pinned: fewer would be an audit that was lost.
const EXPECTED = 61;

const audits = serverAudits({ url });
const failed = [];
for (const audit of audits) {
  const result = await audit.fn();
  if (result.status !== 'ok') {
    failed.push(`${result.id} ${result.name}: ${result.reason} (${result.response.status})`);
  }
}
failed.forEach((line) => console.error(line));
console.log(`${audits.length - failed.length} of ${audits.length} audits passed`);
process.exit(failed.length === 0 && audits.length === EXPECTED ? 0 : 1);
