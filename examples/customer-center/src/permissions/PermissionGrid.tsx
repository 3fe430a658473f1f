import { useSettings } from '../session/viewer';
import { isHeld, isIncluded, isSame, withKey, withoutKey } from './permissionKeys';

export interface PermissionRow {
  id: string;
  label: string;
  /** What else has to be known of the row. */
  note?: string;
  /** The permissions as stored. */
  stored: string[];
}

interface PermissionGridProps {
  /** What the rows are, such as groups. */
  rowName: string;
  rows: readonly PermissionRow[];
  permissionsOf: (row: PermissionRow) => string[];
  onChange: (row: PermissionRow, permissions: string[]) => void;
}

/** Boxes to give and take permissions: one row for each place, one column for each permission. */
export function PermissionGrid({ rowName, rows, permissionsOf, onChange }: PermissionGridProps) {
  const { customerPermissionKeys } = useSettings();
  return (
    <table className="table permission-grid">
      <thead>
        <tr>
          <th scope="col">{rowName}</th>
          {customerPermissionKeys.map((key) => (
            <th key={key} scope="col" className="number">
              {key}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => {
          const permissions = permissionsOf(row);
          return (
            <tr key={row.id} data-changed={!isSame(permissions, row.stored)}>
              <th scope="row">
                {row.label}
                {row.note && <div className="detail">{row.note}</div>}
              </th>
              {customerPermissionKeys.map((key) => (
                <td key={key} className="number">
                  <input
                    type="checkbox"
                    aria-label={[row.label, row.note, key].filter(Boolean).join(', ')}
                    checked={isHeld(permissions, key)}
                    disabled={isIncluded(permissions, key)}
                    onChange={(event) =>
                      onChange(
                        row,
                        event.target.checked ? withKey(permissions, key) : withoutKey(permissions, key),
                      )
                    }
                  />
                </td>
              ))}
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}
