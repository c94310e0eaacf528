/**
 * Removes APIs that the oldest supported Safari, 16.4, lacks. The package must work without them. Runs in the page.
 */
export function removeNewerApis() {
  const removed = [
    [AbortSignal, "any"],
    [Array, "fromAsync"],
    [Promise, "try"],
    [Promise, "withResolvers"],
    [Object, "groupBy"],
    [Map, "groupBy"],
    [URL, "canParse"],
    [URL, "parse"],
    [RegExp, "escape"],
    [Error, "isError"],
    [Math, "sumPrecise"],
    [JSON, "rawJSON"],
    [Uint8Array, "fromBase64"],
    [Uint8Array, "fromHex"],
    [ReadableStream, "from"],
    [ReadableStream.prototype, "values"],
    [ReadableStream.prototype, Symbol.asyncIterator],
    [ArrayBuffer.prototype, "transfer"],
    [ArrayBuffer.prototype, "transferToFixedLength"],
    [Uint8Array.prototype, "toBase64"],
    [Uint8Array.prototype, "toHex"],
    [Response.prototype, "bytes"],
    [Request.prototype, "bytes"],
    [Blob.prototype, "bytes"],
    [Headers.prototype, "getSetCookie"],
    [globalThis, "Iterator"],
    [globalThis, "Float16Array"],
    [globalThis, "scheduler"],
    [globalThis, "requestIdleCallback"],
    ...["union", "intersection", "difference", "symmetricDifference"].map((name) => [Set.prototype, name]),
    ...["isSubsetOf", "isSupersetOf", "isDisjointFrom"].map((name) => [Set.prototype, name]),
    ...[
      "map",
      "filter",
      "take",
      "drop",
      "flatMap",
      "reduce",
      "toArray",
      "forEach",
      "some",
      "every",
      "find",
    ].map((name) => [Object.getPrototypeOf(Object.getPrototypeOf([].values())), name]),
    // A symbol cannot be removed where it exists. WebKitGTK 2.50 has none of these.
    [Symbol, "dispose"],
    [Symbol, "asyncDispose"],
  ];
  const left = removed.filter(([owner, name]) => !Reflect.deleteProperty(owner, name));
  if (left.length > 0) throw new Error(`cannot be removed: ${left.map(([, name]) => String(name))}`);
}
