// SPDX-License-Identifier: Apache-2.0
// board_clock: in a simulation the crystal is the clock.

`default_nettype none

module board_clock (
    input  wire crystal,
    output wire clk,
    output wire locked
);

assign clk    = crystal;
assign locked = 1'b1;

endmodule

`default_nettype wire
