// SPDX-License-Identifier: Apache-2.0
// multiply_operator: what the tool makes of `*`. w is a two's complement code, and so is the sum.

`default_nettype none

module multiply_operator #(
    parameter W_DATA = 8,
    parameter W_ACC  = 26
) (
    input  wire              clk,
    input  wire              first,   // the operands in the registers start a sum
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w,
    output reg  [W_DATA-1:0] x_out,
    output reg  [W_DATA-1:0] w_out,
    output reg  [W_ACC-1:0]  sum
);

wire [W_ACC-1:0] product = $signed({{W_ACC-W_DATA{1'b0}}, x_out})
    * $signed({{W_ACC-W_DATA{w_out[W_DATA-1]}}, w_out});

always @(posedge clk)
    sum <= (first ? {W_ACC{1'b0}} : sum) + product;

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
