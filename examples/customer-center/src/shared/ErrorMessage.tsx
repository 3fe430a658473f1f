/** A request that did not work, in the words of the server. What people can put right stands beside the fields instead. */
export function ErrorMessage({ error }: { error: Error }) {
  return (
    <div className="notice notice-bad" role="alert">
      <p>{error.message}</p>
    </div>
  );
}
