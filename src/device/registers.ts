// SPDX-License-Identifier: Apache-2.0
// The registers of rtl/adder_top.v. Made from rtl/registers.json by `npm run registers`: change that file, not this one.

/** Registers by name: where they are, in bytes, what constants are, and the bits of their fields. */
export const REGISTERS = {
  /** The letters BERU: the host has found the accelerator. */
  ID: { offset: 0x00, value: 0x42455255, fields: {} },
  /** Version of this register map and of the packets. */
  VERSION: {
    offset: 0x04,
    value: 0x00010003,
    fields: {
      /** Grows when something is added. */
      minor: { low: 0, width: 16 },
      /** Grows when something changes its meaning. */
      major: { low: 16, width: 16 },
    },
  },
  /** Size of the array. */
  ARRAY: {
    offset: 0x08,
    fields: {
      /** Images summed at once. */
      rows: { low: 0, width: 8 },
      /** Filters, or pixels of filters, summed at once. */
      columns: { low: 8, width: 8 },
      /** Bits of a code. */
      dataBits: { low: 16, width: 5 },
      /** Ports of the weight buffer; with 1 it takes no segments. */
      weightPorts: { low: 21, width: 2 },
      /** Whether a column's sums are folded one row a clock. */
      serialFold: { low: 23, width: 1 },
      /** Bits of a cell's sum. */
      accBits: { low: 24, width: 6 },
      /** What cells sum: 0 absolute differences, 1 minima, 2 products. */
      cell: { low: 30, width: 2 },
    },
  },
  /** Widths that follow from the size of the array. */
  WIDTHS: {
    offset: 0x0c,
    fields: {
      /** Bits of the signed total that enters the fold. */
      sumBits: { low: 0, width: 6 },
      /** Whether cells are pipelined: sums leave the array two clocks later. */
      pipelined: { low: 6, width: 1 },
      /** Segments of weights held at once. */
      weightSegments: { low: 18, width: 2 },
      /** Bytes of a beat of S_AXIS. */
      streamBytes: { low: 8, width: 10 },
      /** Bytes of a beat of M_AXIS. */
      resultBytes: { low: 20, width: 10 },
    },
  },
  /** Words in each of the two activation buffers. */
  ACTIVATION_DEPTH: { offset: 0x10, fields: {} },
  /** Words in the weight buffer. */
  WEIGHT_DEPTH: { offset: 0x14, fields: {} },
  /** Words in the fold buffer. */
  FOLD_DEPTH: { offset: 0x18, fields: {} },
  /** Codes in the buffer of padding. */
  PAD_DEPTH: { offset: 0x1c, fields: {} },
  /** Words in each of the two result banks. */
  RESULT_DEPTH: { offset: 0x20, fields: {} },
  /** Words in the program buffer. */
  PROGRAM_DEPTH: { offset: 0x24, fields: {} },
  /** Words of partial sums where weights are held; 0: they never are. */
  PARTIAL_DEPTH: { offset: 0x28, fields: {} },
  /** What the host tells the accelerator. */
  CONTROL: {
    offset: 0x40,
    fields: {
      /** Writing 1 returns everything but these registers to idle: batches are dropped, the packet being received is swallowed to its end, the packet being sent is cut short; reads 0. */
      softReset: { low: 0, width: 1 },
      /** The core issues no tap while this is 1. */
      pause: { low: 1, width: 1 },
      /** No batch starts while this is 1; the one that runs goes on. */
      gate: { low: 2, width: 1 },
      /** INTERRUPTS.batch raises `irq`. */
      batchInterrupt: { low: 8, width: 1 },
      /** INTERRUPTS.error raises `irq`. */
      errorInterrupt: { low: 9, width: 1 },
    },
  },
  /** What is going on. */
  STATUS: {
    offset: 0x44,
    fields: {
      /** A batch runs. */
      busy: { low: 0, width: 1 },
      /** Batches received that wait for the core, 0 to 2. */
      waiting: { low: 1, width: 2 },
      /** Batches whose results have not left, 0 to 2. */
      results: { low: 3, width: 2 },
      /** A packet has begun on S_AXIS and its end has not come. */
      receiving: { low: 5, width: 1 },
      /** Some bit of ERRORS is 1. */
      error: { low: 6, width: 1 },
      /** The output `irq`. */
      irq: { low: 7, width: 1 },
    },
  },
  /** What went wrong since it was last cleared. */
  ERRORS: {
    offset: 0x48,
    fields: {
      /** A packet for a target that does not exist. */
      target: { low: 0, width: 1 },
      /** A packet of length zero, or that would end past its buffer. */
      range: { low: 1, width: 1 },
      /** A packet that ended before its length. */
      short: { low: 2, width: 1 },
      /** A packet that went on after its length. */
      long: { low: 3, width: 1 },
      /** Pictures of no image or of more than the array has rows. */
      images: { low: 4, width: 1 },
      /** The core met a malformed command; its batch was dropped. */
      command: { low: 5, width: 1 },
      /** The core met an address past a buffer; its batch was dropped. */
      address: { low: 6, width: 1 },
      /** A batch took more clocks than WATCHDOG; it was dropped. */
      watchdog: { low: 7, width: 1 },
      /** A batch was dropped because a segment of weights had been lost; all are until a reset. */
      segment: { low: 8, width: 1 },
    },
  },
  /** What happened since it was last cleared. */
  INTERRUPTS: {
    offset: 0x4c,
    fields: {
      /** A batch ended and its results wait to leave. */
      batch: { low: 0, width: 1 },
      /** A bit of ERRORS was set, whether it was 0 or 1 before. */
      error: { low: 1, width: 1 },
    },
  },
  /** Clocks that a batch may take, those of pauses and of `hold` not counted; 0 for any number. */
  WATCHDOG: { offset: 0x50, fields: {} },
  /** Batches that ended well since the last reset of either kind, modulo 2^32. */
  BATCHES: { offset: 0x54, fields: {} },
  /** Batches dropped for an error of the core or by the watchdog since the last reset of either kind, modulo 2^32. */
  DROPPED: { offset: 0x58, fields: {} },
  /** Which counter COUNTER_LOW and COUNTER_HIGH show. */
  COUNTER_SELECT: {
    offset: 0x60,
    fields: {
      /** Layer of the program, from 0. */
      layer: { low: 0, width: 6 },
      /** Counter, in the order of layer_counters.v. */
      counter: { low: 8, width: 5 },
    },
  },
  /** Low half of the counter, of the last run of its layer; reading it keeps the high half for COUNTER_HIGH. The answer waits until the counts of a layer that has ended are put away, 20 clocks at most. */
  COUNTER_LOW: { offset: 0x64, fields: {} },
  /** High half of the counter as it was when COUNTER_LOW was last read. */
  COUNTER_HIGH: { offset: 0x68, fields: {} },
  /** Low half of the clocks since `rst`; reading it keeps the high half for CLOCKS_HIGH. */
  CLOCKS_LOW: { offset: 0x70, fields: {} },
  /** High half of the clocks as it was when CLOCKS_LOW was last read. */
  CLOCKS_HIGH: { offset: 0x74, fields: {} },
} as const;
