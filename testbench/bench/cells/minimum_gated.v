// SPDX-License-Identifier: Apache-2.0
// minimum_gated: as minimum_gates, with a sum that is clocked where it changes: at
// a first tap, and where the minimum is not 0.

`default_nettype none

module minimum_gated #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18
) (
    input  wire              clk,
    input  wire              first,   // the operands in the registers start a sum
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w,
    output reg  [W_DATA-1:0] x_out,
    output reg  [W_DATA-1:0] w_out,
    output reg  [W_ACC-1:0]  sum
);

wire clk_sum;

genvar i;
generate for (i = 0; i < W_DATA; i = i + 1) begin : gen_bit
    wire borrow;   // x is smaller in bits i to 0

    if (i == 0) begin : gen_lowest
        assign borrow = ~x_out[i] & w_out[i];
    end else begin : gen_higher
        assign borrow = ~x_out[i] & w_out[i] | ~(x_out[i] & ~w_out[i]) & gen_bit[i-1].borrow;
    end
end endgenerate

wire [W_DATA-1:0] smaller = gen_bit[W_DATA-1].borrow ? x_out : w_out;
wire [W_ACC-1:0]  next    = (first ? {W_ACC{1'b0}} : sum) + {{W_ACC-W_DATA{1'b0}}, smaller};

clock_gate gate_u (.clk(clk), .enable(first | (|smaller)), .gated(clk_sum));

always @(posedge clk_sum)
    sum <= next;

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
