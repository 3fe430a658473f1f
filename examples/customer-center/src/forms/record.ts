/** The texts of a form, by the names of its fields. */
export type Values<Name extends string> = Record<Name, string>;

function names<Name extends string>(values: Values<Name>): Name[] {
  return Object.keys(values) as Name[];
}

/** Only what was changed: an update keeps the fields that it leaves out. */
export function changed<Name extends string>(
  base: Values<Name>,
  values: Values<Name>,
): Partial<Values<Name>> {
  return pick(values, (name) => values[name] !== base[name]);
}

/** What the form should hold when the stored record is another by now: one's own changes on top of it. */
export function rebase<Name extends string>(
  base: Values<Name>,
  values: Values<Name>,
  stored: Values<Name>,
): Values<Name> {
  return { ...stored, ...changed(base, values) };
}

/** What someone else has stored in fields that were changed in the form too. */
export function clashes<Name extends string>(
  base: Values<Name>,
  values: Values<Name>,
  stored: Values<Name>,
): Partial<Values<Name>> {
  const own = changed(base, values);
  return pick(stored, (name) => name in own && stored[name] !== base[name] && stored[name] !== values[name]);
}

function pick<Name extends string>(
  values: Values<Name>,
  isPicked: (name: Name) => boolean,
): Partial<Values<Name>> {
  const picked: Partial<Values<Name>> = {};
  for (const name of names(values)) if (isPicked(name)) picked[name] = values[name];
  return picked;
}
