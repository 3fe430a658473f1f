// graphql-inspector: what a release may take away from clients, and whether the documents fit the schema.
import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';

const SCHEMA = '../../schema.graphql';
const schema = readFileSync(SCHEMA, 'utf8');
const place = mkdtempSync(join(tmpdir(), 'inspector-'));
after(() => rmSync(place, { recursive: true }));

function inspector(...words) {
  const { status, stdout, stderr } = spawnSync('node_modules/.bin/graphql-inspector', words, { encoding: 'utf8' });
  return { passes: status === 0, output: stdout + stderr };
}

// What was deprecated in a release may be gone in a later one.
function diff(before, now) {
  const [old, current] = [join(place, 'old.graphql'), join(place, 'current.graphql')];
  writeFileSync(old, before);
  writeFileSync(current, now);
  return inspector('diff', old, current, '--rule', 'suppressRemovalOfDeprecatedField');
}

function git(...words) {
  return execFileSync('git', words, { encoding: 'utf8' }).trim();
}

function replaced(text, part, other) {
  assert.ok(text.includes(part), `the schema has no ${part}`);
  return text.replace(part, other);
}

// With its description.
const FIELD = '\t"""\n\tFirst and last name.\n\t"""\n\tfullName: String!\n';

test('nothing is taken away that the last release has and does not call deprecated', (t) => {
  const [tag] = git('-c', 'versionsort.suffix=-', 'tag', '--list', 'v*', '--sort=-version:refname').split('\n');
  if (!tag) {
    t.skip('there is no tag v* to compare with');
    return;
  }
  const { passes, output } = diff(git('show', `${tag}:schema.graphql`), schema);
  assert.ok(passes, `${tag} had more:\n${output}`);
});

test('a schema goes with itself', () => assert.ok(diff(schema, schema).passes));

test('a field that is gone is found', () => {
  const { passes, output } = diff(schema, replaced(schema, FIELD, ''));
  assert.ok(!passes);
  assert.match(output, /Field fullName .*removed from object type Agent/);
});

test('a field that was deprecated may be gone', () => {
  const deprecated = replaced(schema, FIELD, '\tfullName: String! @deprecated(reason: "use `login`")\n');
  const { passes, output } = diff(deprecated, replaced(schema, FIELD, ''));
  assert.ok(passes, output);
});

for (const [name, part, other, expected] of [
  ['a field that becomes nullable', FIELD, '\tfullName: String\n', 'Field Agent.fullName changed type from String! to String'],
  [
    'a value that is gone',
    '\t"""\n\tSwitched off for some time.\n\t"""\n\tINVALID_TEMPORARILY\n',
    '',
    'Enum value INVALID_TEMPORARILY was removed from enum Validity',
  ],
  [
    'an argument that becomes necessary',
    'explainPermission(',
    'explainPermission(\n\t\twhy: String!,',
    'Argument why: String! added',
  ],
]) {
  test(`${name} is found`, () => {
    const { passes, output } = diff(schema, replaced(schema, part, other));
    assert.ok(!passes);
    assert.ok(output.includes(expected), output);
  });
}

test('a new field is fine', () => {
  const { passes, output } = diff(replaced(schema, FIELD, ''), schema);
  assert.ok(passes, output);
});

function validate(documents) {
  return inspector('validate', documents, SCHEMA, '--deprecated', '--maxDepth', '15');
}

test('the documents fit the schema', () => {
  const { passes, output } = validate('../documents/*.graphql');
  assert.ok(passes, output);
});

test('a document that does not fit is found', () => {
  const document = join(place, 'document.graphql');
  writeFileSync(document, '{ customers { nodes { nickname } } }');
  const { passes, output } = validate(document);
  assert.ok(!passes);
  assert.match(output, /Cannot query field nickname on type Customer/);
});
