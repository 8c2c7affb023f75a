// SPDX-License-Identifier: Apache-2.0
// skew: delays lane i of a vector by i / REACH clocks, rounded down; with REVERSE
// by as many as the last lane would wait longer.
//
// A wave of operands enters a systolic array one block of REACH rows (columns)
// later per clock; the sums leave it equally skewed, and the reverse form lines
// them up again.

`default_nettype none

module skew #(
    parameter LANES   = 16,
    parameter W       = 8,   // bits in one lane
    parameter REACH   = 1,   // lanes that wait equally long
    parameter REVERSE = 0    // 1: lane 0 waits longest
) (
    input  wire               clk,
    input  wire [LANES*W-1:0] in,
    output wire [LANES*W-1:0] out
);

genvar i;
generate for (i = 0; i < LANES; i = i + 1) begin : gen_lane
    delay #(.CLOCKS(REVERSE ? (LANES - 1) / REACH - i / REACH : i / REACH), .W(W)) delay_u (
        .clk (clk),
        .rst (1'b0),
        .in  (in[i*W +: W]),
        .out (out[i*W +: W])
    );
end endgenerate

endmodule

`default_nettype wire
