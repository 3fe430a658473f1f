import { useQuery } from '@apollo/client/react';
import type { ReactNode } from 'react';
import { graphql } from '../gql';
import { ErrorMessage } from '../shared/ErrorMessage';
import { Loading } from '../shared/Loading';
import { ViewerContext } from './viewer';

const VIEWER = graphql(`
  query Viewer {
    viewer {
      role
      agent {
        id
        login
      }
      customerUser {
        id
        login
        fullName
      }
    }
    settings {
      customerGroupSupport
      customerPermissionKeys
      otherCustomersContext
      maxPageSize
    }
  }
`);

/** Asks once who is signed in and how the server is set up, and tells everything inside. */
export function ViewerProvider({ children }: { children: ReactNode }) {
  const { data, error } = useQuery(VIEWER);
  if (error) return <ErrorMessage error={error} />;
  if (!data?.viewer) return <Loading />;
  return <ViewerContext value={{ viewer: data.viewer, settings: data.settings }}>{children}</ViewerContext>;
}
