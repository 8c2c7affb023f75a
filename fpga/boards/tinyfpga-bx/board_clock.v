// SPDX-License-Identifier: Apache-2.0
// board_clock: 48 MHz from the board's 16 MHz. A simulation has a module of its own
// in place of this one.
//
// 16 MHz * (DIVF + 1) / (DIVR + 1) / 2^DIVQ; the oscillator in between runs at
// 768 MHz, of 533 to 1066.

`default_nettype none

module board_clock (
    input  wire crystal,
    output wire clk,
    output wire locked
);

SB_PLL40_CORE #(
    .FEEDBACK_PATH ("SIMPLE"),
    .DIVR          (4'd0),
    .DIVF          (7'd47),
    .DIVQ          (3'd4),
    .FILTER_RANGE  (3'd1)
) pll_u (
    .REFERENCECLK  (crystal),
    .PLLOUTGLOBAL  (clk),
    .LOCK          (locked),
    .RESETB        (1'b1),
    .BYPASS        (1'b0)
);

endmodule

`default_nettype wire
