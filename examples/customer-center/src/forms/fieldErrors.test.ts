import { describe, expect, it } from 'vitest';
import type { FormErrorFragment } from '../gql/graphql';
import { errorsOfField, errorsOfForm } from './fieldErrors';

const error = (...path: string[]): FormErrorFragment => ({ code: 'INVALID', message: path.join('.'), path });

const errors = [
  error('input', 'name'),
  error('input', 'address', 'city'),
  error('customerId'),
  error('input', 'dataSource'),
];

describe('errors of a mutation', () => {
  it('stand next to the field at the end of their path', () => {
    expect(errorsOfField(errors, 'city')).toEqual([errors[1]]);
  });

  it('stand above the form where it has no such field', () => {
    expect(errorsOfForm(errors, ['name', 'city', 'customerId'])).toEqual([errors[2], errors[3]]);
  });
});
