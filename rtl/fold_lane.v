// SPDX-License-Identifier: Apache-2.0
// fold_lane: turns one sum into an output code, three clocks later, or as many
// more as CLOCKS is above 1:
//
//     code = clamp((sum * mul + s * shortcut_mul + add) >> shift, low, high)
//
// mul, shortcut_mul, add and shift belong to the output channel and carry batch
// normalisation, bias, the layer's minus sign, the next layer's scale and the
// rounding half; s is the code of the map that is added. The shift is
// arithmetic: it rounds towards minus infinity.
//
// More clocks are shorter paths where look-up tables multiply. With CLOCKS 2 halves of
// the slope are multiplied, and added a clock later; from 3 on a clock chooses once,
// twice or three times the sum for each two bits, another adds these in halves, and
// the third both halves. With CLOCKS 4 the shift has a clock of its own for all but
// its last three places.

`default_nettype none

module fold_lane #(
    parameter W_DATA     = 8,
    parameter W_SUM      = 19,
    parameter W_MUL      = 16,   // a multiple of 4
    parameter W_SHORTCUT = 24,   // bits of the shortcut's slope
    parameter W_ADD      = 40,
    parameter W_SHIFT    = 6,
    parameter CLOCKS     = 1     // 1 to 4
) (
    input  wire                         clk,

    input  wire                         multiply,      // sum, s and slopes are there
    input  wire                         combine,       // with CLOCKS from 2, one clock later
    input  wire                         finish,        // with CLOCKS from 3, another
    input  wire                         offset,        // min(CLOCKS, 3) after multiply: add is there
    input  wire                         shrink,        // with CLOCKS 4, one clock later: shift is there
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

// ---------------------------------------------------------------------------
// Products

wire signed [W_DATA:0] s_signed = {1'b0, s};

reg signed [W_PRODUCT-1:0] product;
reg signed [W_ADDED-1:0]   added;

generate if (CLOCKS == 1) begin : gen_at_once
    wire unused_later = &{1'b0, combine, finish};

    always @(posedge clk) begin
        if (multiply) begin
            product <= sum * mul;
            added   <= s_signed * shortcut_mul;
        end
    end
end else if (CLOCKS == 2) begin : gen_halves
    localparam W_HALF = W_MUL / 2;

    wire signed [W_HALF:0]   low_mul  = {1'b0, mul[W_HALF-1:0]};
    wire signed [W_HALF-1:0] high_mul = mul[W_MUL-1:W_HALF];

    reg signed [W_SUM+W_HALF:0]   by_low;
    reg signed [W_SUM+W_HALF-1:0] by_high;
    reg signed [W_ADDED-1:0]      added_1;

    // What is below the high half's product passes as it is.
    wire signed [W_PRODUCT-W_HALF-1:0] carried = {{W_HALF-1{by_low[W_SUM+W_HALF]}}, by_low[W_SUM+W_HALF:W_HALF]};

    wire unused_later = &{1'b0, finish};

    always @(posedge clk) begin
        if (multiply) begin
            by_low  <= sum * low_mul;
            by_high <= sum * high_mul;
            added_1 <= s_signed * shortcut_mul;
        end
        if (combine) begin
            product <= {by_high + carried, by_low[W_HALF-1:0]};
            added   <= added_1;
        end
    end
end else begin : gen_digits
    localparam DIGITS  = 8;              // of two bits, the highest with a sign
    localparam W_DIGIT = W_SUM + 2;      // bits of a sum times a digit
    localparam W_PAIR  = W_DIGIT + 2;
    localparam W_HALF  = W_PAIR + 4;

    if (W_MUL != 16) begin : check_w_mul
        error_W_MUL_must_be_16_with_CLOCKS_from_3 stop ();
    end

    wire signed [W_DIGIT-1:0] once   = {{2{sum[W_SUM-1]}}, sum};
    wire signed [W_DIGIT-1:0] twice  = once <<< 1;
    wire signed [W_DIGIT-1:0] thrice = once + twice;

    reg                       one;       // that the highest is short of
    wire signed [W_PAIR-1:0]  pair [0:DIGITS/2-1];
    wire signed [W_HALF-1:0]  half [0:1];
    reg  signed [W_HALF-1:0]  by_low, by_high;
    reg  signed [W_ADDED-1:0] added_1, added_2;

    genvar d;
    for (d = 0; d < DIGITS; d = d + 1) begin : gen_digit
        wire [1:0]                digit = mul[2*d +: 2];
        wire signed [W_DIGIT-1:0] of_2  = d == DIGITS - 1 ? ~twice : twice;   // less 1 where it is negative
        wire signed [W_DIGIT-1:0] of_3  = d == DIGITS - 1 ? ~once : thrice;
        reg  signed [W_DIGIT-1:0] times;

        always @(posedge clk)
            if (multiply)
                times <= digit == 2'd0 ? {W_DIGIT{1'b0}} : digit == 2'd1 ? once : digit == 2'd2 ? of_2 : of_3;
    end

    // The upper bits of one and the other; what is below passes as it is.
    for (d = 0; d < DIGITS / 2; d = d + 1) begin : gen_pair
        wire signed [W_DIGIT-1:0] upper = {{2{gen_digit[2*d].times[W_DIGIT-1]}}, gen_digit[2*d].times[W_DIGIT-1:2]};
        wire [W_DIGIT:0] with_one = {upper, 1'b1} + {gen_digit[2*d+1].times, d == DIGITS / 2 - 1 & one};
        assign pair[d] = {with_one[W_DIGIT:1], gen_digit[2*d].times[1:0]};
        wire unused_carry = &{1'b0, with_one[0]};
    end

    for (d = 0; d < 2; d = d + 1) begin : gen_half
        wire signed [W_PAIR-1:0] upper = {{4{pair[2*d][W_PAIR-1]}}, pair[2*d][W_PAIR-1:4]};
        assign half[d] = {upper + pair[2*d+1], pair[2*d][3:0]};
    end

    wire signed [W_HALF-1:0] low_upper = {{8{by_low[W_HALF-1]}}, by_low[W_HALF-1:8]};

    always @(posedge clk) begin
        if (multiply) begin
            one     <= mul[W_MUL-1];
            added_1 <= s_signed * shortcut_mul;
        end
        if (combine) begin
            by_low  <= half[0];
            by_high <= half[1];
            added_2 <= added_1;
        end
        if (finish) begin
            product <= {low_upper + by_high, by_low[7:0]};
            added   <= added_2;
        end
    end
end endgenerate

reg signed [W_TOTAL-1:0] total;

always @(posedge clk)
    if (offset)
        total <= {{W_TOTAL-W_PRODUCT{product[W_PRODUCT-1]}}, product}
               + {{W_TOTAL-W_ADDED{added[W_ADDED-1]}}, added}
               + {{W_TOTAL-W_ADD{add[W_ADD-1]}}, add};

// ---------------------------------------------------------------------------
// Shifted by sixteens, fours and ones. What is left to shift then may bring so many bits into the code; any above them
// makes a total that is not negative too large.

localparam W_FOURS = W_DATA + 15;
localparam W_ONES  = W_DATA + 3;

wire [W_TOTAL-2:0] sixteens = total[W_TOTAL-2:0] >> {shift[W_SHIFT-1:4], 4'd0};
wire [W_FOURS-1:0] fours    = sixteens[W_FOURS-1:0] >> {shift[3:2], 2'd0};
wire               passed   = |sixteens[W_TOTAL-2:W_FOURS] | |fours[W_FOURS-1:W_ONES];   // some above those for the ones

wire [W_ONES-1:0] last;      // before the ones
wire [1:0]        by_ones;
wire              negative, beyond;

generate if (CLOCKS < 4) begin : gen_shift_at_once
    assign last     = fours[W_ONES-1:0];
    assign by_ones  = shift[1:0];
    assign negative = total[W_TOTAL-1];
    assign beyond   = passed;
    wire unused_shrink = &{1'b0, shrink};
end else begin : gen_shift_first
    reg [W_ONES-1:0] last_q;
    reg [1:0]        by_ones_q;
    reg              negative_q, beyond_q;

    always @(posedge clk)
        if (shrink) begin
            last_q     <= fours[W_ONES-1:0];
            by_ones_q  <= shift[1:0];
            negative_q <= total[W_TOTAL-1];
            beyond_q   <= passed;
        end

    assign last     = last_q;
    assign by_ones  = by_ones_q;
    assign negative = negative_q;
    assign beyond   = beyond_q;
end endgenerate

wire [W_ONES-1:0] ones    = last >> by_ones;
wire [W_DATA-1:0] shifted = ones[W_DATA-1:0];
wire              above   = beyond | |ones[W_ONES-1:W_DATA] | shifted > high;
wire              below   = negative | (~above & shifted < low);

always @(posedge clk)
    if (clamp)
        code <= below ? low : above ? high : shifted;

endmodule

`default_nettype wire
