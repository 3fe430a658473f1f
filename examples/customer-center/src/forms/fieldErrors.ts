import type { FormErrorFragment } from '../gql/graphql';

/** The name of the field that an error is about: the last part of its path, such as `city` of `input.address.city`. */
export function fieldOf({ path }: FormErrorFragment): string | undefined {
  return path[0] === 'input' ? path.at(-1) : undefined;
}

export function errorsOfField(errors: readonly FormErrorFragment[], name: string): FormErrorFragment[] {
  return errors.filter((error) => fieldOf(error) === name);
}

/** What belongs to none of the fields that a form has. */
export function errorsOfForm(
  errors: readonly FormErrorFragment[],
  names: readonly string[],
): FormErrorFragment[] {
  return errors.filter((error) => !names.includes(fieldOf(error) ?? ''));
}
