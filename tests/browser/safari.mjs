/**
 * Removes from a page's globals what the oldest supported Safari, 16.4, lacks. The number after each name is the version of
 * Safari that has it. The package must not need any of them. Runs in the page.
 */
export function removeNewerApis() {
  const removed = [
    [AbortSignal, "any"], // 17.4
    [Array, "fromAsync"], // 16.4, but not in all builds of it
    [Promise, "try"], // 18.2
    [Promise, "withResolvers"], // 17.4
    [Object, "groupBy"], // 17.4
    [Map, "groupBy"], // 17.4
    [URL, "canParse"], // 17
    [URL, "parse"], // 18
    [RegExp, "escape"], // 18.2
    [Error, "isError"], // 26
    [Math, "sumPrecise"], // 26
    [JSON, "rawJSON"], // 18.4
    [Uint8Array, "fromBase64"], // 18.2
    [Uint8Array, "fromHex"], // 18.2
    [ReadableStream, "from"], // none
    [ReadableStream.prototype, "values"], // 26.4
    [ReadableStream.prototype, Symbol.asyncIterator], // 26.4
    [ArrayBuffer.prototype, "transfer"], // 17.4
    [ArrayBuffer.prototype, "transferToFixedLength"], // 17.4
    [Uint8Array.prototype, "toBase64"], // 18.2
    [Uint8Array.prototype, "toHex"], // 18.2
    [Response.prototype, "bytes"], // 18
    [Request.prototype, "bytes"], // 18
    [Blob.prototype, "bytes"], // 18
    [Headers.prototype, "getSetCookie"], // 17
    [globalThis, "Iterator"], // 18.4
    [globalThis, "Float16Array"], // 18.2
    [globalThis, "scheduler"], // none
    [globalThis, "requestIdleCallback"], // none
    // Methods that came together: of sets in 17, of iterators in 18.4.
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
    // Symbols cannot be removed. WebKit has none of these.
    [Symbol, "dispose"],
    [Symbol, "asyncDispose"],
  ];
  const left = removed.filter(([owner, name]) => !Reflect.deleteProperty(owner, name));
  if (left.length > 0) throw new Error(`cannot be removed: ${left.map(([, name]) => String(name))}`);
}
