import { useId } from 'react';
import type { PermissionRow } from '../permissions/PermissionGrid';
import './MemberPicker.css';

interface MemberPickerProps<Row extends PermissionRow> {
  label: string;
  search: string;
  onSearch: (search: string) => void;
  /** Who was found and is no member yet. */
  candidates: readonly Row[];
  onPick: (row: Row) => void;
}

/** Finds somebody to become a member. */
export function MemberPicker<Row extends PermissionRow>({
  label,
  search,
  onSearch,
  candidates,
  onPick,
}: MemberPickerProps<Row>) {
  const id = useId();
  return (
    <div className="card member-picker">
      <div className="field">
        <label htmlFor={id}>{label}</label>
        <input
          id={id}
          type="search"
          autoComplete="off"
          placeholder="Part of the name or id"
          value={search}
          onChange={(event) => onSearch(event.target.value)}
        />
      </div>
      <p role="status" className="muted">
        {search && `${String(candidates.length)} found who are no members yet`}
      </p>
      <ul className="plain-list">
        {candidates.map((candidate) => (
          <li key={candidate.id}>
            <button className="button" onClick={() => onPick(candidate)}>
              Add {candidate.label}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}
