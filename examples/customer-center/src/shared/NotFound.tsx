import { Page } from './Page';

/** The server does not tell what does not exist from what the viewer may not see, so neither does the page. */
export function NotFound({ what }: { what: string }) {
  return (
    <Page title="Not found">
      <p>There is no such {what}, or it is not for you to see.</p>
    </Page>
  );
}
