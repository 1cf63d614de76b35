/** Whether two types are one and the same: the compiler compares generic functions exactly. */
type Equal<A, B> =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-type-parameters
  (<X>() => X extends A ? 1 : 2) extends <X>() => X extends B ? 1 : 2 ? true : false;

/** `typed(x).as<T>()` compiles only if the type of `x` is exactly `T`. Nothing happens when it runs. */
export const typed = (() => ({ as: () => undefined })) as <A>(value: A) => {
  as<B>(...mismatch: Equal<A, B> extends true ? [] : [expected: B]): void;
};
