// Values that travel: what is passed at a call is copied at the call, since messages leave later.

/** A value, and what of it is transferred. */
export interface Parcel {
  readonly value: unknown;
  readonly list: readonly object[];
}

/** Whether a value cannot change, and can always be cloned. */
export function isConstant(value: unknown): boolean {
  switch (typeof value) {
    case "object":
      return value === null;
    case "function":
    case "symbol":
      return false;
    default:
      return true;
  }
}

/**
 * The value as it is now.
 *
 * @throws If it cannot be cloned.
 */
export function snapshot(value: unknown): unknown {
  if (isConstant(value)) return value;
  // Half the price of a structured clone, for what is most often large.
  if (isPlainBytes(value)) return new Uint8Array(value);
  return structuredClone(value);
}

/**
 * The value as it is now, with what is in `list` taken from the caller.
 *
 * @throws If it cannot be cloned or transferred: then nothing was taken.
 */
export function pack(value: unknown, list: readonly object[]): Parcel {
  for (const item of list) checkAttached(item);
  return structuredClone({ value, list }, { transfer: [...list] as Transferable[] });
}

/** What an error says: why something could not be cloned, or why a thread has ended. */
export function whyNot(error: unknown): string {
  try {
    if (isConstant(error)) return String(error);
    return String((error as { readonly message: unknown }).message);
  } catch {
    return "it throws when it is looked at";
  }
}

/** A `Uint8Array` (a `Buffer` is one) over memory that is not shared: with a `Buffer`'s the pool stays here. */
function isPlainBytes(value: unknown): value is Uint8Array {
  return (
    ArrayBuffer.isView(value) &&
    value[Symbol.toStringTag as never] === "Uint8Array" &&
    Object.prototype.toString.call(value.buffer) === "[object ArrayBuffer]" &&
    value.byteLength > 0
  );
}

/**
 * Node 20 does not refuse a detached buffer: the message is lost on its way.
 *
 * @throws TypeError if it is detached.
 */
export function checkAttached(item: object): void {
  if (Object.prototype.toString.call(item) === "[object ArrayBuffer]") {
    new Uint8Array(item as ArrayBuffer);
  }
}
