// SPDX-License-Identifier: Apache-2.0
// split_read: a 64-bit value that moves, for a host that reads 32 bits at once.
//
// Reading the low half keeps the high half of the same clock.

`default_nettype none

module split_read (
    input  wire        clk,
    input  wire [63:0] value,
    input  wire        low_read,   // low is being read
    output wire [31:0] low,
    output reg  [31:0] high
);

assign low = value[31:0];

always @(posedge clk)
    if (low_read)
        high <= value[63:32];

endmodule

`default_nettype wire
