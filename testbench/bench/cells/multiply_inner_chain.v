// SPDX-License-Identifier: Apache-2.0
// multiply_inner_chain: multiply_inner of one pair by carry chains, as multiply_chain multiplies.

`default_nettype none

module multiply_inner_chain #(
    parameter W_DATA = 8,
    parameter W_ACC  = 26
) (
    input  wire                clk,
    input  wire                first,   // the operands in the registers start a sum
    input  wire [2*W_DATA-1:0] x,       // tap t at [t*W_DATA +: W_DATA]
    input  wire [2*W_DATA-1:0] v,       // w + 2^(W_DATA - 1)
    output reg  [2*W_DATA-1:0] x_out,
    output reg  [2*W_DATA-1:0] v_out,
    output reg  [W_ACC-1:0]    sum
);

wire [W_DATA:0]     a = {1'b0, x_out[W_DATA-1:0]} + {1'b0, v_out[2*W_DATA-1:W_DATA]};
wire [W_DATA:0]     b = {1'b0, x_out[2*W_DATA-1:W_DATA]} + {1'b0, v_out[W_DATA-1:0]};
wire [2*W_DATA+1:0] product;

multiply_chain_product #(.W_DATA(W_DATA + 1), .SIGNED(0)) product_u (.x(a), .w(b), .product(product));

wire [W_ACC-1:0] addend = {{W_ACC-2*W_DATA-2{1'b0}}, product};

always @(posedge clk)
    sum <= first ? addend : sum + addend;

always @(posedge clk) begin
    x_out <= x;
    v_out <= v;
end

endmodule

`default_nettype wire
