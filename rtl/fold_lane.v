// SPDX-License-Identifier: Apache-2.0
// fold_lane: turns one sum into an output code, three clocks later:
//
//     code = clamp((sum * mul + add) >> shift, low, 2^W_DATA - 1)
//
// mul, add and shift belong to the output channel and carry batch
// normalisation, bias, the layer's minus sign, the next layer's scale and the
// rounding half. The shift is arithmetic: it rounds towards minus infinity.
//
// The product of an unsigned W_ACC-bit sum and a signed W_MUL-bit slope needs
// W_ACC + W_MUL bits; the total one more than the wider of product and add.

`default_nettype none

module fold_lane #(
    parameter W_DATA  = 8,
    parameter W_ACC   = 18,
    parameter W_MUL   = 16,
    parameter W_ADD   = 40,
    parameter W_SHIFT = 6
) (
    input  wire                    clk,

    input  wire                    multiply,  // sum and mul are there
    input  wire                    offset,    // one clock later: add is there
    input  wire                    clamp,     // two clocks later: shift and low are there
    input  wire        [W_ACC-1:0] sum,
    input  wire signed [W_MUL-1:0] mul,
    input  wire signed [W_ADD-1:0] add,
    input  wire [W_SHIFT-1:0]      shift,
    input  wire [W_DATA-1:0]       low,       // smallest code, the code of zero after a ReLU

    output reg  [W_DATA-1:0]       code       // the clock after clamp
);

localparam W_PRODUCT = W_ACC + W_MUL;
localparam W_TOTAL   = (W_PRODUCT > W_ADD ? W_PRODUCT : W_ADD) + 1;

wire signed [W_ACC:0] sum_signed = {1'b0, sum};

reg signed [W_PRODUCT:0]  product;   // one bit more than needed: the sign of sum_signed
reg signed [W_TOTAL-1:0]  total;

wire signed [W_TOTAL-1:0] shifted = total >>> shift;
wire                      negative = shifted[W_TOTAL-1];
wire                      above = |shifted[W_TOTAL-2:W_DATA];
wire                      below = negative | (~above & shifted[W_DATA-1:0] < low);

always @(posedge clk) begin
    if (multiply)
        product <= sum_signed * mul;
    if (offset)
        total <= {{W_TOTAL-W_PRODUCT{product[W_PRODUCT]}}, product[W_PRODUCT-1:0]}
               + {{W_TOTAL-W_ADD{add[W_ADD-1]}}, add};
    if (clamp)
        code <= below ? low : above ? {W_DATA{1'b1}} : shifted[W_DATA-1:0];
end

endmodule

`default_nettype wire
