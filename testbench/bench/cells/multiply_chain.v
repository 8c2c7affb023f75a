// SPDX-License-Identifier: Apache-2.0
// multiply_chain: an array of carry chains (multiply_chain_product), a first tap chosen after the chain of the sum. w is a
// two's complement code, and so is the sum.

`default_nettype none

module multiply_chain #(
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

wire [2*W_DATA-1:0] short;

multiply_chain_product #(.W_DATA(W_DATA)) product_u (.x(x_out), .w(w_out), .product(short));

wire [W_ACC-1:0] product = {{W_ACC-2*W_DATA{short[2*W_DATA-1]}}, short};

always @(posedge clk)
    sum <= first ? product : sum + product;

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
