/** Counts how often the `properties` of any of the `objects` are read or written, from now on. */
export function countTouches<T extends object>(
  objects: readonly T[],
  properties: readonly (keyof T)[],
): { count: number } {
  const touches = { count: 0 };
  for (const object of objects) {
    for (const property of properties) {
      let value = object[property];
      Object.defineProperty(object, property, {
        get: () => {
          touches.count++;
          return value;
        },
        set: (changed: T[keyof T]) => {
          touches.count++;
          value = changed;
        },
      });
    }
  }
  return touches;
}
