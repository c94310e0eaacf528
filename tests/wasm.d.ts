// Workers and bundlers hand a .wasm file over as a compiled module.
declare module "*.wasm" {
  const module: WebAssembly.Module;
  export default module;
}

// What Next.js wants a module to be asked for by, in its edge runtime.
declare module "*.wasm?module" {
  const module: WebAssembly.Module;
  export default module;
}
