// SPDX-License-Identifier: Apache-2.0
// multiply_pair: as multiply_chain, with two taps a clock in one sum: a carry chain adds both products, and another
// their sum. Weights are two's complement codes, and so is the sum.

`default_nettype none

module multiply_pair #(
    parameter W_DATA = 8,
    parameter W_ACC  = 26
) (
    input  wire                clk,
    input  wire                first,   // the operands in the registers start a sum
    input  wire [2*W_DATA-1:0] x,       // tap t at [t*W_DATA +: W_DATA]
    input  wire [2*W_DATA-1:0] w,
    output reg  [2*W_DATA-1:0] x_out,
    output reg  [2*W_DATA-1:0] w_out,
    output reg  [W_ACC-1:0]    sum
);

wire [4*W_DATA-1:0] products;

genvar t;
generate for (t = 0; t < 2; t = t + 1) begin : gen_tap
    multiply_chain_product #(.W_DATA(W_DATA)) product_u (
        .x       (x_out[t*W_DATA +: W_DATA]),
        .w       (w_out[t*W_DATA +: W_DATA]),
        .product (products[2*t*W_DATA +: 2*W_DATA])
    );
end endgenerate

wire [2*W_DATA:0] both = {products[2*W_DATA-1], products[2*W_DATA-1:0]}
    + {products[4*W_DATA-1], products[4*W_DATA-1:2*W_DATA]};
wire [W_ACC-1:0]  addend = {{W_ACC-2*W_DATA-1{both[2*W_DATA]}}, both};

always @(posedge clk)
    sum <= first ? addend : sum + addend;

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
