/** A promise, and what settles it from outside. */
export interface Deferred<Value> {
  readonly promise: Promise<Value>;
  /** Only the first call counts. */
  readonly resolve: (value: Value) => void;
}

/** For what is settled elsewhere than where it is waited for; Node 20 has no `Promise.withResolvers`. */
export function deferred<Value = void>(): Deferred<Value> {
  let resolve!: (value: Value) => void;
  const promise = new Promise<Value>(settle => {
    resolve = settle;
  });
  return { promise, resolve };
}
