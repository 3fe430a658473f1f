import type { SubmitEvent } from 'react';
import { useSearchParams } from 'react-router';
import './SearchForm.css';

/** Puts a search text, and whether invalid records are listed too, into the address of the page. */
export function SearchForm({ label }: { label: string }) {
  const [searchParams, setSearchParams] = useSearchParams();

  function submit(event: SubmitEvent<HTMLFormElement>) {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const search = form.get('search') as string;
    setSearchParams({ ...(search && { search }), ...(form.has('all') && { all: 'yes' }) });
  }

  return (
    <search>
      <form className="search-form" onSubmit={submit}>
        <input
          type="search"
          name="search"
          aria-label={label}
          placeholder="Name or id; a+b, !a, a*b"
          defaultValue={searchParams.get('search') ?? ''}
        />
        <label className="check">
          <input type="checkbox" name="all" defaultChecked={searchParams.has('all')} /> invalid ones too
        </label>
        <button className="button">Search</button>
      </form>
    </search>
  );
}
