interface ConflictNoticeProps<Name extends string> {
  /** What someone else has stored meanwhile in fields that were changed here too. */
  clashes: Partial<Record<Name, string>>;
  labels: Record<Name, string>;
}

/** Tells that the record was changed by someone else while the form was open. */
export function ConflictNotice<Name extends string>({ clashes, labels }: ConflictNoticeProps<Name>) {
  const names = Object.keys(clashes) as Name[];
  return (
    <div role="alert" className="notice notice-warn">
      <p>
        <strong>Someone else has changed this record meanwhile.</strong> Nothing was stored yet. The form now
        has their changes, with yours on top of them: look it through, and store it again.
      </p>
      {names.length > 0 && (
        <ul>
          {names.map((name) => (
            <li key={name}>
              {labels[name]}: they stored {clashes[name] ? `“${clashes[name]}”` : 'nothing'}.
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}
