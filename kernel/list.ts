/**
 * Take the first occurrence out; false when there is none. What runs or ends next stands mostly in front, and shift() is quick
 * however long the list: a fork bomb makes long ones.
 */
export function removeFrom(list: number[], value: number): boolean {
  if (list[0] === value) {
    list.shift();
    return true;
  }
  const at = list.indexOf(value);
  if (at >= 0) list.splice(at, 1);
  return at >= 0;
}
