// The memory of a Worker in workerd, measured by its inspector.
import { once } from "node:events";
import { WebSocket } from "ws";

/**
 * Collects the garbage of a Worker, and measures its heap of JavaScript and the memory of its WebAssembly, in bytes. V8 does not
 * know the size of workerd's own objects that garbage holds, so it collects them late.
 * @param {URL} inspector the address of the Worker's inspector
 */
export async function collectAndMeasure(inspector) {
  const socket = new WebSocket(inspector);
  await once(socket, "open");
  let contextId;
  const calls = new Map();
  socket.on("message", (data) => {
    const { id, method, params, ...reply } = JSON.parse(data);
    if (method === "Runtime.executionContextCreated") contextId = params.context.id;
    calls.get(id)?.(reply);
  });
  const send = async (method, params = {}) => {
    const id = calls.size + 1;
    socket.send(JSON.stringify({ id, method, params }));
    const { result, error } = await new Promise((resolve) => calls.set(id, resolve));
    if (error) throw new Error(`${method}: ${error.message}`);
    return result;
  };
  try {
    await send("Runtime.enable");
    // It collects all garbage first. workerd never responds to `HeapProfiler.collectGarbage`.
    await send("HeapProfiler.takeHeapSnapshot");
    const { usedSize: heap } = await send("Runtime.getHeapUsage");
    const expression = "WebAssembly.Memory.prototype";
    const { result } = await send("Runtime.evaluate", { expression, contextId });
    const { objects } = await send("Runtime.queryObjects", { prototypeObjectId: result.objectId });
    const sum = await send("Runtime.callFunctionOn", {
      objectId: objects.objectId,
      functionDeclaration:
        "function () { return this.reduce((sum, { buffer }) => sum + buffer.byteLength, 0) }",
      returnByValue: true,
    });
    return { heap, wasm: sum.result.value };
  } finally {
    socket.terminate();
  }
}
