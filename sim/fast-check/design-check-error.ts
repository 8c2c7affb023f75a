// SPDX-License-Identifier: Apache-2.0
// A property that does not hold, with all that is needed to see and to repeat it.

/** Fields of a {@link DesignCheckError}. */
export interface DesignCheckErrorDetails {
  readonly counterexample: unknown;
  readonly seed: number;
  readonly path: string;
  readonly waveform?: string;
  readonly svg?: string;
  readonly svgFile?: string;
  readonly cause: unknown;
}

/** A property of a design does not hold; `cause` is what the smallest failing run threw. */
export class DesignCheckError extends Error {
  override readonly name = 'DesignCheckError';
  /** The smallest value found that fails. */
  readonly counterexample: unknown;
  /** Repeats the run, together with `path`: pass both to `checkDesign`. */
  readonly seed: number;
  readonly path: string;
  /** File with the waveform of the failing run. */
  readonly waveform?: string;
  /** Picture of the run's last cycles. */
  readonly svg?: string;
  /** File with the picture. */
  readonly svgFile?: string;

  constructor(message: string, details: DesignCheckErrorDetails) {
    super(message, { cause: details.cause });
    this.counterexample = details.counterexample;
    this.seed = details.seed;
    this.path = details.path;
    if (details.waveform !== undefined) this.waveform = details.waveform;
    if (details.svg !== undefined) this.svg = details.svg;
    if (details.svgFile !== undefined) this.svgFile = details.svgFile;
  }
}
