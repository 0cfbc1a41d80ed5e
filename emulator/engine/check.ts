/** Throws unless `value` is an integer of [min, max]. */
export function checkInteger(name: string, value: number, min: number, max: number): void {
  if (!Number.isInteger(value)) throw new TypeError(`${name} ${value} is not an integer`);
  if (value < min || value > max) throw new RangeError(`${name} ${value} is outside ${min} to ${max}`);
}
