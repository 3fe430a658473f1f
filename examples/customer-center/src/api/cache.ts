import { InMemoryCache } from '@apollo/client';
import type { TypePolicy } from '@apollo/client';

/** There is one of it, so it needs no id. */
const single: TypePolicy = { keyFields: [] };

/** Part of another record: what is read of it at different times is joined. */
const part: TypePolicy = { merge: true };

export function createCache(): InMemoryCache {
  return new InMemoryCache({
    typePolicies: {
      Settings: single,
      Viewer: single,
      Address: part,
      CustomerUserConnection: part,
      TicketCounts: part,
    },
  });
}
