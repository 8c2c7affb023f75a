// SPDX-License-Identifier: Apache-2.0
// C++ sources -> cached Node addons, and the cache and the tools that takes. Knows nothing of Verilog.

export { buildAddon, loadAddon, type AddonOptions } from './compile-addon.ts';
export { cached } from './cache.ts';
export { cacheFolder } from './cache-folder.ts';
export { clearCache, listCache, type CacheEntry, type CacheListing } from './cache-list.ts';
export { BuildError, CacheError, ToolchainError, formatDiagnostic, type Diagnostic } from './errors.ts';
export { findCompiler, type Compiler } from './toolchain.ts';
export { hashContent, hashValue } from './hash.ts';
export { type ProcessOptions, runProcess } from './process.ts';
export { packageRoot } from './package-root.ts';
