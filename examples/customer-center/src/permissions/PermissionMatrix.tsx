import { graphql } from '../gql';
import type { EffectivePermissionFragment } from '../gql/graphql';
import { useSettings } from '../session/viewer';
import { sourceName } from './sourceName';
import './PermissionMatrix.css';

export const EFFECTIVE_PERMISSION = graphql(`
  fragment EffectivePermission on EffectivePermission {
    group {
      id
      name
    }
    permissions
    sources {
      kind
      permissions
      customer {
        id
        customerId
        name
      }
    }
  }
`);

/** What a person may do in which group, and beneath each mark why. */
export function PermissionMatrix({ permissions }: { permissions: readonly EffectivePermissionFragment[] }) {
  const { customerPermissionKeys } = useSettings();
  return (
    <section className="card" aria-labelledby="permission-matrix">
      <h2 id="permission-matrix">Effective permissions</h2>
      {permissions.length === 0 ? (
        <p className="muted">None: nothing is stored for the person or for a customer of theirs.</p>
      ) : (
        // It may be wider than a phone; who has no pointer scrolls it with the arrow keys.
        // eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <div className="permission-matrix" role="region" aria-label="Groups and permissions" tabIndex={0}>
          <table className="table">
            <thead>
              <tr>
                <th scope="col">Group</th>
                {customerPermissionKeys.map((key) => (
                  <th key={key} scope="col">
                    {key}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {permissions.map((permission) => (
                <tr key={permission.group.id}>
                  <th scope="row">{permission.group.name}</th>
                  {customerPermissionKeys.map((key) => (
                    <td key={key}>
                      <Mark permission={permission} permissionKey={key} />
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

interface MarkProps {
  permission: EffectivePermissionFragment;
  permissionKey: string;
}

function Mark({ permission, permissionKey }: MarkProps) {
  if (!permission.permissions.includes(permissionKey)) {
    return (
      <span className="muted" role="img" aria-label="no">
        –
      </span>
    );
  }
  return (
    <>
      <span className="permission-matrix-mark" role="img" aria-label="yes">
        ✓
      </span>
      <ul className="permission-matrix-sources" aria-label="Because">
        {permission.sources
          .filter((source) => source.permissions.includes(permissionKey))
          .map((source) => (
            <li key={sourceName(source)}>{sourceName(source)}</li>
          ))}
      </ul>
    </>
  );
}
