import { useId, type ReactNode } from 'react';

interface MemberTableProps {
  title: string;
  count: number | undefined;
  action?: ReactNode;
  members: readonly { id: string; name: ReactNode; note?: string; permissions: string[] }[];
}

/** Who has which permissions in a group. */
export function MemberTable({ title, count, action, members }: MemberTableProps) {
  const id = useId();
  return (
    <section className="card" aria-labelledby={id}>
      <header className="card-header">
        <h2 id={id}>
          {title} <span className="badge">{count}</span>
        </h2>
        {action}
      </header>
      {members.length === 0 ? (
        <p className="muted">None.</p>
      ) : (
        <table className="table">
          {count !== undefined && count > members.length && (
            <caption className="muted">The first {members.length} of them.</caption>
          )}
          <thead>
            <tr>
              <th scope="col">Name</th>
              <th scope="col">Permissions</th>
            </tr>
          </thead>
          <tbody>
            {members.map((member) => (
              <tr key={member.id}>
                <th scope="row">
                  {member.name}
                  {member.note && <div className="detail">{member.note}</div>}
                </th>
                <td>{member.permissions.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
