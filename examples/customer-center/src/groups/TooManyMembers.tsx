/** A change here names all members. Where they are more than one page holds, it is made from the other side. */
export function TooManyMembers() {
  return (
    <p className="notice notice-warn">
      This group has more members than can be changed here at once. Change the groups of a single member
      instead.
    </p>
  );
}
