// SPDX-License-Identifier: Apache-2.0
// clock_counter: counts clocks since a reset, in two halves, so that no carry has to
// pass all bits in a clock: that the low half is full is known a clock before.

`default_nettype none

module clock_counter #(
    parameter W_HALF = 32   // bits of each half, at least 2
) (
    input  wire                clk,
    input  wire                rst,
    output wire [2*W_HALF-1:0] count   // wraps
);

localparam [W_HALF-1:0] NEARLY = {{W_HALF-1{1'b1}}, 1'b0};

reg [W_HALF-1:0] low, high;
reg              full;   // low is all ones

assign count = {high, low};

always @(posedge clk) begin
    low  <= rst ? {W_HALF{1'b0}} : low + 1'b1;
    high <= rst ? {W_HALF{1'b0}} : high + {{W_HALF-1{1'b0}}, full};
    full <= ~rst & low == NEARLY;
end

endmodule

`default_nettype wire
