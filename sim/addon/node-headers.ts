// SPDX-License-Identifier: Apache-2.0
// Folders of the Node-API headers. They come from npm packages, so that a
// build downloads nothing. Their versions are part of every addon's key, and so
// is this package's, which stands for the way it builds.

import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { packageRoot } from './package-root.ts';

/** Include folders of node-api-headers and node-addon-api, and the versions of these and of this package. */
export interface NodeHeaders {
  readonly includeDirs: readonly string[];
  readonly versions: readonly string[];
}

let headers: NodeHeaders | undefined;

/** The headers that this package depends on. */
export function nodeHeaders(): NodeHeaders {
  if (headers === undefined) {
    const require = createRequire(import.meta.url);
    const api = dirname(require.resolve('node-api-headers/package.json'));
    const addon = dirname(require.resolve('node-addon-api/package.json'));
    const versions = [api, addon, packageRoot()].map(packageVersion);
    headers = { includeDirs: [join(api, 'include'), addon], versions };
  }
  return headers;
}

function packageVersion(folder: string): string {
  const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Record<string, unknown>;
  return `${String(name)}@${String(version)}`;
}
