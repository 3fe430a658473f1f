import { createContext, use } from 'react';
import type { ViewerQuery } from '../gql/graphql';

export type Viewer = NonNullable<ViewerQuery['viewer']>;
export type Settings = ViewerQuery['settings'];

export const ViewerContext = createContext<{ viewer: Viewer; settings: Settings } | null>(null);

function useViewerContext() {
  const value = use(ViewerContext);
  if (value === null) throw new Error('This component belongs inside <ViewerProvider>.');
  return value;
}

/** Who is signed in. */
export function useViewer(): Viewer {
  return useViewerContext().viewer;
}

/** How the server is set up. */
export function useSettings(): Settings {
  return useViewerContext().settings;
}
