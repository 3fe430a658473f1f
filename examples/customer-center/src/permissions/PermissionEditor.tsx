import { useState } from 'react';
import { graphql } from '../gql';
import type { PermissionChangeFragment } from '../gql/graphql';
import { ErrorMessage } from '../shared/ErrorMessage';
import { ImpactDialog } from './ImpactDialog';
import { PermissionGrid, type PermissionRow } from './PermissionGrid';
import './PermissionEditor.css';

export const PERMISSION_CHANGE = graphql(`
  fragment PermissionChange on PermissionPayload {
    impact {
      ...Impact
    }
    userErrors {
      ...FormError
    }
  }
`);

export type PermissionEntry<Row> = Row & { permissions: string[] };

interface PermissionEditorProps<Row extends PermissionRow> {
  rowName: string;
  rows: readonly Row[];
  /** Replaces what is stored by these entries, or with `dryRun` only says what that would mean. */
  change: (entries: PermissionEntry<Row>[], dryRun: boolean) => Promise<PermissionChangeFragment | undefined>;
  onStored: () => void;
}

/** Changes permissions in two steps: what the change means for whom is shown before it is stored. */
export function PermissionEditor<Row extends PermissionRow>({
  rowName,
  rows,
  change,
  onStored,
}: PermissionEditorProps<Row>) {
  const [edits, setEdits] = useState<Record<string, string[]>>({});
  const [preview, setPreview] = useState<PermissionChangeFragment['impact']>();
  const [errors, setErrors] = useState<readonly { message: string }[]>([]);

  const permissionsOf = (row: PermissionRow) => edits[row.id] ?? row.stored;

  async function send(dryRun: boolean) {
    const entries = rows
      .map((row) => ({ ...row, permissions: permissionsOf(row) }))
      .filter(({ permissions }) => permissions.length > 0);
    try {
      const answer = await change(entries, dryRun);
      const userErrors = answer?.userErrors ?? [];
      setErrors(userErrors);
      setPreview(dryRun && userErrors.length === 0 ? answer?.impact : undefined);
      if (!dryRun && userErrors.length === 0) onStored();
    } catch (error) {
      setErrors([error as Error]);
      setPreview(undefined);
    }
  }

  return (
    <div className="card stack permission-editor">
      {errors.map(({ message }) => (
        <ErrorMessage key={message} error={new Error(message)} />
      ))}
      <PermissionGrid
        rowName={rowName}
        rows={rows}
        permissionsOf={permissionsOf}
        onChange={(row, permissions) => setEdits({ ...edits, [row.id]: permissions })}
      />
      <p className="permission-editor-actions">
        <button className="button button-primary" onClick={() => void send(true)}>
          Preview the change
        </button>
      </p>
      {preview && (
        <ImpactDialog
          impact={preview}
          onStore={() => void send(false)}
          onCancel={() => setPreview(undefined)}
        />
      )}
    </div>
  );
}
