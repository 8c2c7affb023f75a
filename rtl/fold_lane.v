// SPDX-License-Identifier: Apache-2.0
// fold_lane: turns one sum into an output code, three clocks later, or four where a
// multiplication takes two (CLOCKS):
//
//     code = clamp((sum * mul + s * shortcut_mul + add) >> shift, low, high)
//
// mul, shortcut_mul, add and shift belong to the output channel and carry batch
// normalisation, bias, the layer's minus sign, the next layer's scale and the
// rounding half; s is the code of the map that is added. The shift is
// arithmetic: it rounds towards minus infinity.

`default_nettype none

module fold_lane #(
    parameter W_DATA     = 8,
    parameter W_SUM      = 19,
    parameter W_MUL      = 16,
    parameter W_SHORTCUT = 24,   // bits of the shortcut's slope
    parameter W_ADD      = 40,
    parameter W_SHIFT    = 6,
    parameter CLOCKS     = 1     // of a multiplication: 1, or 2 with halves of the slope, which are shorter paths
) (
    input  wire                         clk,

    input  wire                         multiply,      // sum, s and slopes are there
    input  wire                         combine,       // with CLOCKS 2, one clock later
    input  wire                         offset,        // CLOCKS later: add is there
    input  wire                         clamp,         // one clock later: shift, low and high are there
    input  wire signed [W_SUM-1:0]      sum,
    input  wire signed [W_MUL-1:0]      mul,
    input  wire        [W_DATA-1:0]     s,
    input  wire signed [W_SHORTCUT-1:0] shortcut_mul,
    input  wire signed [W_ADD-1:0]      add,
    input  wire        [W_SHIFT-1:0]    shift,
    input  wire        [W_DATA-1:0]     low,           // smallest code, the code of zero after a ReLU
    input  wire        [W_DATA-1:0]     high,          // largest code

    output reg         [W_DATA-1:0]     code           // the clock after clamp
);

localparam W_PRODUCT = W_SUM + W_MUL;
localparam W_ADDED   = W_DATA + 1 + W_SHORTCUT;
localparam W_WIDER   = W_PRODUCT > W_ADDED ? W_PRODUCT : W_ADDED;
localparam W_TOTAL   = (W_WIDER > W_ADD ? W_WIDER : W_ADD) + 2;   // three are added

wire signed [W_DATA:0] s_signed = {1'b0, s};

wire signed [W_PRODUCT-1:0] product;
wire signed [W_ADDED-1:0]   added;

generate if (CLOCKS == 1) begin : gen_at_once
    reg signed [W_PRODUCT-1:0] product_q;
    reg signed [W_ADDED-1:0]   added_q;
    wire unused_combine = &{1'b0, combine};

    assign product = product_q;
    assign added   = added_q;

    always @(posedge clk) begin
        if (multiply) begin
            product_q <= sum * mul;
            added_q   <= s_signed * shortcut_mul;
        end
    end
end else begin : gen_halves
    localparam W_LOW  = W_MUL / 2;
    localparam W_HIGH = W_MUL - W_LOW;

    wire signed [W_LOW:0]    low_mul  = {1'b0, mul[W_LOW-1:0]};
    wire signed [W_HIGH-1:0] high_mul = mul[W_MUL-1:W_LOW];

    reg signed [W_SUM+W_LOW:0]    by_low;
    reg signed [W_SUM+W_HIGH-1:0] by_high;
    reg signed [W_PRODUCT-1:0]    product_q;
    reg signed [W_ADDED-1:0]      added_q, added_qq;

    // What is below the high half's product passes as it is.
    wire signed [W_PRODUCT-W_LOW-1:0] carried = {{W_HIGH-1{by_low[W_SUM+W_LOW]}}, by_low[W_SUM+W_LOW:W_LOW]};

    assign product = product_q;
    assign added   = added_qq;

    always @(posedge clk) begin
        if (multiply) begin
            by_low  <= sum * low_mul;
            by_high <= sum * high_mul;
            added_q <= s_signed * shortcut_mul;
        end
        if (combine) begin
            product_q <= {by_high + carried, by_low[W_LOW-1:0]};
            added_qq  <= added_q;
        end
    end
end endgenerate

reg signed [W_TOTAL-1:0]   total;

// Shifted by sixteens, fours and ones. What is left to shift then may bring so many bits into the code; any above them
// makes a total that is not negative too large.
localparam W_FOURS = W_DATA + 15;
localparam W_ONES  = W_DATA + 3;

wire [W_TOTAL-2:0] sixteens = total[W_TOTAL-2:0] >> {shift[W_SHIFT-1:4], 4'd0};
wire [W_FOURS-1:0] fours    = sixteens[W_FOURS-1:0] >> {shift[3:2], 2'd0};
wire [W_ONES-1:0]  ones     = fours[W_ONES-1:0] >> shift[1:0];
wire [W_DATA-1:0]  shifted  = ones[W_DATA-1:0];
wire               negative = total[W_TOTAL-1];
wire               beyond   = |sixteens[W_TOTAL-2:W_FOURS] | |fours[W_FOURS-1:W_ONES] | |ones[W_ONES-1:W_DATA];
wire               above    = beyond | shifted > high;
wire               below    = negative | (~above & shifted < low);

always @(posedge clk) begin
    if (offset)
        total <= {{W_TOTAL-W_PRODUCT{product[W_PRODUCT-1]}}, product}
               + {{W_TOTAL-W_ADDED{added[W_ADDED-1]}}, added}
               + {{W_TOTAL-W_ADD{add[W_ADD-1]}}, add};
    if (clamp)
        code <= below ? low : above ? high : shifted;
end

endmodule

`default_nettype wire
