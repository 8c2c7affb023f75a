// SPDX-License-Identifier: Apache-2.0
// What is being done and for how long: tools say nothing for minutes, so a clock repeats it.

/** Milliseconds between two words. */
const BEAT = 500;

/** One piece of work that is under way. */
export interface Stage {
  /** What it has come to. */
  readonly now: (what: string) => void;
  readonly end: () => void;
}

/** All work that is under way. */
export interface Stages {
  readonly begin: (name: string) => Stage;
  readonly end: () => void;
}

/** Makes the stages of one command. */
export function createStages(onProgress: (text: string) => void): Stages {
  const open = new Map<string, { what: string; since: number }>();
  const show = (): void => {
    const texts = [...open].map(([name, { what, since }]) => {
      const seconds = Math.round((performance.now() - since) / 1000);
      return `${name}${what && `: ${what}`}, ${seconds} s`;
    });
    if (texts.length > 0) onProgress(texts.join('; '));
  };
  const beat = setInterval(show, BEAT);
  beat.unref();
  return {
    begin: (name) => {
      const entry = { what: '', since: performance.now() };
      open.set(name, entry);
      return {
        now: (what) => void (entry.what = what),
        end: () => void open.delete(name),
      };
    },
    end: () => clearInterval(beat),
  };
}
