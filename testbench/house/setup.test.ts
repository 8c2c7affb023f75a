// SPDX-License-Identifier: Apache-2.0
// Set-up: the command of every system, what happens when it may or may not install, and when there is nothing to do.

import { describe, expect, it } from 'vitest';
import { verilatorVersion } from '../../scripts/setup/find-tools.mjs';
import { sameTree } from '../../scripts/setup/packages.mjs';
import { commandText, distributionNames, installCommands, packageManager } from '../../scripts/setup/platform.mjs';
import { ensureTools, ensureWanted } from '../../scripts/setup/tools.mjs';

const OS_RELEASE = {
  debian: 'PRETTY_NAME="Debian GNU/Linux 12 (bookworm)"\nID=debian\n',
  ubuntu: 'NAME="Ubuntu"\nID=ubuntu\nID_LIKE=debian\n',
  mint: 'ID=linuxmint\nID_LIKE="ubuntu debian"\n',
  fedora: 'NAME="Fedora Linux"\nID=fedora\nVARIANT_ID=container\n',
  rocky: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n',
  arch: 'NAME="Arch Linux"\nID=arch\n',
  tumbleweed: 'ID="opensuse-tumbleweed"\nID_LIKE="opensuse suse"\n',
  leap: 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n',
  alpine: 'ID=alpine\n',
  unknown: 'ID=plan9\n',
  empty: '',
};

describe('the package manager', () => {
  it.each([
    ['linux', 'debian', 'apt-get'],
    ['linux', 'ubuntu', 'apt-get'],
    ['linux', 'mint', 'apt-get'],
    ['linux', 'fedora', 'dnf'],
    ['linux', 'rocky', 'dnf'],
    ['linux', 'arch', 'pacman'],
    ['linux', 'tumbleweed', 'zypper'],
    ['linux', 'leap', 'zypper'],
    ['linux', 'alpine', 'apk'],
    ['linux', 'unknown', undefined],
    ['linux', 'empty', undefined],
    ['darwin', 'empty', 'brew'],
    ['win32', 'empty', undefined],
  ] as const)('should be known of %s %s', (platform, release, manager) => {
    expect(packageManager(platform, OS_RELEASE[release])).toBe(manager);
  });

  it('should be looked up by the own name first', () => {
    expect(distributionNames(OS_RELEASE.mint)).toEqual(['linuxmint', 'ubuntu', 'debian']);
    expect(distributionNames("ID='fedora'\n")).toEqual(['fedora']);
  });
});

describe('the command to type', () => {
  it.each([
    ['apt-get', 'sudo apt-get update && sudo apt-get install -y --no-install-recommends g++ verilator iverilog yosys'],
    ['dnf', 'sudo dnf install -y gcc-c++ verilator iverilog yosys'],
    ['pacman', 'sudo pacman -S --needed --noconfirm gcc verilator iverilog yosys'],
    ['zypper', 'sudo zypper --non-interactive install gcc-c++ verilator iverilog yosys'],
    ['apk', 'sudo apk add g++ verilator iverilog yosys'],
    ['brew', 'xcode-select --install && brew install verilator icarus-verilog yosys'],
  ] as const)('should be right for %s', (manager, command) => {
    const tools = ['compiler', 'verilator', 'iverilog', 'yosys'] as const;
    expect(commandText(installCommands(manager, tools, { sudo: true }))).toBe(command);
  });

  it('should not have sudo for root', () => {
    expect(commandText(installCommands('dnf', ['verilator'], { sudo: false }))).toBe('dnf install -y verilator');
  });
});

/** A machine on which some programs are there; what a manager installs is there afterwards. */
function machine(options: {
  readonly present?: readonly string[];
  readonly root?: boolean;
  readonly sudo?: boolean;
  readonly verilator?: string;
  readonly env?: Record<string, string>;
  readonly release?: string;
  readonly failing?: boolean;
}) {
  const present = new Set(options.present ?? []);
  const ran: string[] = [];
  const said: string[] = [];
  return {
    ran,
    said,
    platform: 'linux',
    osRelease: options.release ?? OS_RELEASE.debian,
    root: options.root ?? false,
    env: options.env ?? {},
    timed: async (what: string, work: () => Promise<void>) => {
      said.push(what);
      await work();
    },
    run: async (command: readonly string[]) => {
      const line = command.join(' ');
      if (line === 'sudo -n true') return { code: options.sudo ? 0 : 1, text: '' };
      if (line.includes(' install ')) {
        ran.push(line);
        if (options.failing) return { code: 100, text: 'E: Unable to locate package verilator\n' };
        for (const word of command) present.add(word);
        return { code: 0, text: '' };
      }
      if (line.endsWith(' update')) {
        ran.push(line);
        return { code: 100, text: 'one list could not be fetched' };
      }
      if (!present.has(command[0]!)) return { code: 127, text: 'ENOENT' };
      return { code: 0, text: command[0] === 'verilator' ? (options.verilator ?? 'Verilator 5.006 2023-01-22') : '' };
    },
  };
}

describe('ensureWanted', () => {
  it('should install what is missing where it may', async () => {
    const here = machine({ root: true });
    await expect(ensureWanted(['browser'], here)).resolves.toBeUndefined();
    expect(here.ran.at(-1)).toMatch(/ install .* chromium-headless-shell$/);
  });

  it('should go on without it where it may not', async () => {
    const here = machine({});
    await expect(ensureWanted(['browser'], here)).resolves.toMatch(
      /^Missing: headless Chromium\. Install with:\n {2}sudo apt-get .*\nTests that need it are skipped\.$/,
    );
    expect(here.ran).toEqual([]);
  });

  it.each([
    ['nextpnr', 'nextpnr-ice40'],
    ['icestorm', 'fpga-icestorm'],
  ] as const)('should install %s by the name of its package', async (tool, name) => {
    const here = machine({ root: true });
    await ensureWanted([tool], here);
    expect(here.ran.at(-1)).toMatch(new RegExp(` install .* ${name}$`));
  });

  it('should go on where it cannot be installed', async () => {
    const here = machine({ root: true, failing: true });
    await expect(ensureWanted(['browser'], here)).resolves.toMatch(/ended with exit code 100/);
  });
});

describe('ensureTools', () => {
  it('should do nothing where every tool is there', async () => {
    const here = machine({ present: ['c++', 'verilator'] });
    await ensureTools(['compiler', 'verilator'], here);
    expect(here.ran).toEqual([]);
    expect(here.said).toEqual([]);
  });

  it('should take a compiler by any of its names', async () => {
    await expect(ensureTools(['compiler'], machine({ present: ['clang++'] }))).resolves.toBeUndefined();
  });

  it('should stop with the command where it may not install', async () => {
    const here = machine({ present: ['g++'] });
    await expect(ensureTools(['compiler', 'verilator', 'yosys'], here)).rejects.toThrow(
      'Missing: Verilator, Yosys. Install with:\n' +
        '  sudo apt-get update && sudo apt-get install -y --no-install-recommends verilator yosys',
    );
    expect(here.ran).toEqual([]);
  });

  it('should say so, then install, as root', async () => {
    const here = machine({ present: ['g++'], root: true });
    await ensureTools(['compiler', 'verilator'], here);
    expect(here.said).toEqual([
      'Verilator: missing, installing with: apt-get update && apt-get install -y --no-install-recommends verilator',
    ]);
    expect(here.ran).toEqual([
      'env DEBIAN_FRONTEND=noninteractive apt-get update',
      'env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends verilator',
    ]);
  });

  it('should install with sudo that asks for no password', async () => {
    const here = machine({ present: ['g++'], sudo: true, release: OS_RELEASE.fedora });
    await ensureTools(['compiler', 'verilator'], here);
    expect(here.ran).toEqual(['sudo -n dnf install -y verilator']);
  });

  it('should install nothing where BERUS_NO_INSTALL is set', async () => {
    const here = machine({ root: true, env: { BERUS_NO_INSTALL: '1' } });
    await expect(ensureTools(['verilator'], here)).rejects.toThrow(
      'apt-get install -y --no-install-recommends verilator',
    );
    expect(here.ran).toEqual([]);
  });

  it('should say what the manager said when it fails', async () => {
    const here = machine({ root: true, failing: true });
    await expect(ensureTools(['verilator'], here)).rejects.toThrow('E: Unable to locate package verilator');
  });

  it('should ask for a hand on a system that is not known', async () => {
    const here = machine({ root: true, release: OS_RELEASE.unknown });
    await expect(ensureTools(['verilator'], here)).rejects.toThrow("Missing: Verilator. This system's package manager");
  });

  it.each([
    ['Verilator 4.038 2020-07-11', 'Expected Verilator 5.006 or newer, but received "Verilator 4.038 2020-07-11"'],
    ['Verilator 5.004 2022-12-14', 'Expected Verilator 5.006 or newer'],
  ])('should refuse %s', async (verilator, message) => {
    await expect(ensureTools(['verilator'], machine({ present: ['verilator'], verilator }))).rejects.toThrow(message);
  });

  it.each([['Verilator 5.006 2023-01-22'], ['Verilator 5.034 2025-02-24'], ['Verilator 6.000 2030-01-01']])(
    'should accept %s',
    async (verilator) => {
      const here = machine({ present: ['verilator'], verilator });
      await expect(ensureTools(['verilator'], here)).resolves.toBeUndefined();
    },
  );

  it('should take a variable of several words', async () => {
    const here = machine({ present: ['ccache'], env: { CXX: 'ccache g++' } });
    await expect(ensureTools(['compiler'], here)).resolves.toBeUndefined();
  });

  it('should name the variable that names no tool', async () => {
    const here = machine({ root: true, env: { VERILATOR: '/opt/none' } });
    await expect(ensureTools(['verilator'], here)).rejects.toThrow(
      'Expected VERILATOR to name Verilator, but received /opt/none.',
    );
  });
});

it('should read versions', () => {
  expect(verilatorVersion('Verilator 5.006 2023-01-22 rev (Debian 5.006-3)')).toEqual([5, 6]);
  expect(verilatorVersion('command not found')).toBeUndefined();
});

describe('the installed packages', () => {
  const lock = {
    packages: {
      '': {},
      'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' },
      'node_modules/b': { version: '2.0.0', integrity: 'sha512-b', optional: true },
    },
  };
  const a = { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-a' } };
  it.each([
    ['the same', lock, true],
    ['without an optional one', { packages: a }, true],
    ['without a needed one', { packages: {} }, false],
    ['of another version', { packages: { 'node_modules/a': { version: '1.0.1', integrity: 'sha512-a' } } }, false],
    ['of other content', { packages: { 'node_modules/a': { version: '1.0.0', integrity: 'sha512-x' } } }, false],
    ['unknown', {}, false],
  ])('should be compared with the lock file: %s', (_, installed, same) => {
    expect(sameTree(lock, installed)).toBe(same);
  });
});
