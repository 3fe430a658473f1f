import { graphql } from '../gql';
import type { ImpactFragment } from '../gql/graphql';
import { Dialog } from '../shared/Dialog';
import './ImpactDialog.css';

export const IMPACT = graphql(`
  fragment Impact on PermissionImpact {
    gainingCount
    losingCount
    changes {
      customerUser {
        id
        fullName
      }
      group {
        id
        name
      }
      gained
      lost
    }
  }
`);

interface ImpactDialogProps {
  impact: ImpactFragment;
  onStore: () => void;
  onCancel: () => void;
}

/** What a change would mean for whom. */
export function ImpactDialog({ impact, onStore, onCancel }: ImpactDialogProps) {
  const { gainingCount, losingCount, changes } = impact;
  return (
    <Dialog title="What this change means" onClose={onCancel}>
      {changes.length === 0 ? (
        <p>Nobody gains or loses a permission by it.</p>
      ) : (
        <>
          <p className="impact-counts">
            {gainingCount > 0 && <span className="badge badge-good">{people(gainingCount)} gaining</span>}
            {losingCount > 0 && <span className="badge badge-bad">{people(losingCount)} losing</span>}
          </p>
          {/* Who has no pointer scrolls it with the arrow keys. */}
          {/* eslint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
          <div className="impact-changes" role="region" aria-label="Changes" tabIndex={0}>
            <table className="table">
              <thead>
                <tr>
                  <th scope="col">Person</th>
                  <th scope="col">Change</th>
                </tr>
              </thead>
              <tbody>
                {changes.map(({ customerUser, group, gained, lost }) => (
                  <tr key={customerUser.id + group.id}>
                    <th scope="row">
                      {customerUser.fullName}
                      <div className="detail">{group.name}</div>
                    </th>
                    <td>
                      {gained.length > 0 && <div className="impact-gained">gains {gained.join(', ')}</div>}
                      {lost.length > 0 && <div className="impact-lost">loses {lost.join(', ')}</div>}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </>
      )}
      <div className="dialog-actions">
        <button className="button" onClick={onCancel}>
          Cancel
        </button>
        <button className="button button-primary" onClick={onStore}>
          Store
        </button>
      </div>
    </Dialog>
  );
}

function people(count: number): string {
  return count === 1 ? '1 person' : `${String(count)} people`;
}
