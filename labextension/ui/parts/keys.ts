// Arrow keys in a row or a column of things.

/**
 * Where a key leads from `index` of `length` things, round at the ends; null: nowhere.
 */
export function moved(
  key: string,
  index: number,
  length: number,
  back: string,
  forth: string
): number | null {
  if (length === 0) {
    return null;
  }
  switch (key) {
    case back:
      return (index - 1 + length) % length;
    case forth:
      return (index + 1) % length;
    case 'Home':
      return 0;
    case 'End':
      return length - 1;
    default:
      return null;
  }
}
