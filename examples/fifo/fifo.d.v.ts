// Written by berus from the Verilog; changes are lost.

/** The Verilog module fifo. */
export interface FifoDesign {
  readonly ports: {
    /** Input, 1 bit. */
    clk: number;
    /** Input, 1 bit. */
    rst: number;
    /** Input, 1 bit. */
    push: number;
    /** Input, 8 bits. */
    push_data: number;
    /** Output, 1 bit. */
    readonly full: number;
    /** Input, 1 bit. */
    pop: number;
    /** Output, 8 bits. */
    readonly pop_data: number;
    /** Output, 1 bit. */
    readonly empty: number;
    /** Output, 5 bits. */
    readonly count: number;
  };
  readonly params: {
    /** Default 8. */
    readonly WIDTH: number | bigint;
    /** Default 16. */
    readonly DEPTH: number | bigint;
  };
}

declare const model: import('berus/sim').Model<FifoDesign>;
export default model;
