// SPDX-License-Identifier: Apache-2.0
// Which commands install a tool on this system. Pure: reads nothing, runs nothing.

/** @typedef {'apt-get' | 'dnf' | 'pacman' | 'zypper' | 'apk' | 'brew'} Manager */
/** @typedef {'compiler' | 'verilator' | 'iverilog' | 'yosys' | 'browser' | 'nextpnr' | 'icestorm'} ToolName */

/** The manager of each distribution, by the `ID` or an `ID_LIKE` of /etc/os-release.
 * @type {Readonly<Record<string, Manager>>} */
const MANAGERS = {
  debian: 'apt-get',
  ubuntu: 'apt-get',
  fedora: 'dnf',
  rhel: 'dnf',
  centos: 'dnf',
  arch: 'pacman',
  suse: 'zypper',
  opensuse: 'zypper',
  'opensuse-leap': 'zypper',
  'opensuse-tumbleweed': 'zypper',
  alpine: 'apk',
};

/** Package names where they differ from the tool's; macOS brings its compiler by another way.
 * @type {Readonly<Record<Manager, Readonly<Partial<Record<ToolName, string>>>>>} */
const PACKAGES = {
  'apt-get': {
    compiler: 'g++',
    browser: 'chromium-headless-shell',
    nextpnr: 'nextpnr-ice40',
    icestorm: 'fpga-icestorm',
  },
  dnf: { compiler: 'gcc-c++', browser: 'chromium-headless' },
  pacman: { compiler: 'gcc', browser: 'chromium', nextpnr: 'nextpnr-ice40' },
  zypper: { compiler: 'gcc-c++', browser: 'chromium' },
  apk: { compiler: 'g++', browser: 'chromium', nextpnr: 'nextpnr-ice40' },
  brew: { iverilog: 'icarus-verilog', browser: 'chromium' },
};

/** Command lines of each manager, to be followed by package names; all but the last prepare.
 * @type {Readonly<Record<Manager, readonly (readonly string[])[]>>} */
const INSTALL = {
  'apt-get': [
    ['apt-get', 'update'],
    ['apt-get', 'install', '-y', '--no-install-recommends'],
  ],
  dnf: [['dnf', 'install', '-y']],
  pacman: [['pacman', '-S', '--needed', '--noconfirm']],
  zypper: [['zypper', '--non-interactive', 'install']],
  apk: [['apk', 'add']],
  brew: [['brew', 'install']],
};

/**
 * Reads the fields of /etc/os-release that name the distribution.
 * @param {string} text
 * @returns {string[]} its own name first, then the ones it resembles
 */
export function distributionNames(text) {
  const field = (/** @type {string} */ name) =>
    new RegExp(`^${name}=["']?([^"'\\n]*)["']?\\s*$`, 'm').exec(text)?.[1] ?? '';
  return [field('ID'), ...field('ID_LIKE').split(/\s+/)].filter((name) => name !== '');
}

/**
 * Chooses the package manager.
 * @param {string} platform `process.platform`
 * @param {string} osRelease text of /etc/os-release, empty where there is none
 * @returns {Manager | undefined} undefined for a system that is not known
 */
export function packageManager(platform, osRelease) {
  if (platform === 'darwin') return 'brew';
  if (platform !== 'linux') return undefined;
  const known = distributionNames(osRelease).find((name) => Object.hasOwn(MANAGERS, name));
  return known === undefined ? undefined : MANAGERS[known];
}

/**
 * Lists the command lines that install tools, in order.
 * @param {Manager} manager
 * @param {readonly ToolName[]} tools
 * @param {{ sudo: boolean }} options whether each line starts with sudo; brew never does
 * @returns {string[][]}
 */
export function installCommands(manager, tools, options) {
  const packages = tools
    .filter((tool) => !(manager === 'brew' && tool === 'compiler'))
    .map((tool) => PACKAGES[manager][tool] ?? tool);
  const sudo = options.sudo && manager !== 'brew' ? ['sudo'] : [];
  const lines = INSTALL[manager].map((line) => [...sudo, ...line]);
  lines.at(-1)?.push(...packages);
  const compiler = manager === 'brew' && tools.includes('compiler') ? [['xcode-select', '--install']] : [];
  return [...compiler, ...(packages.length > 0 ? lines : [])];
}

/**
 * Writes command lines as one line to type.
 * @param {readonly (readonly string[])[]} lines
 * @returns {string}
 */
export function commandText(lines) {
  return lines.map((line) => line.join(' ')).join(' && ');
}
