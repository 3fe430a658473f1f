const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' });
const timeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' });

/** An instant, in the zone and language of the browser. */
export function Time({ at, isDayOnly = false }: { at: string; isDayOnly?: boolean }) {
  return <time dateTime={at}>{(isDayOnly ? dayFormat : timeFormat).format(new Date(at))}</time>;
}
