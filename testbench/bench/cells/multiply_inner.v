// SPDX-License-Identifier: Apache-2.0
// multiply_inner: Winograd's inner product (1968), a multiplication for two taps:
//
//     (x0 + v1) (x1 + v0) = x0 v0 + x1 v1 + x0 x1 + v0 v1
//
// with v = w + 2^(W_DATA - 1), unsigned codes. What is too much is shared by others, as the sum of x is that makes
// distances out of minima: products of x, and sums of x for what v is more than w, are one more sum for each row of an
// array, which takes a multiplier; products of v are a constant of the filter. An operand that is 0 silences nothing.
//
// Operands enter inverted, so that their sums are, whose bits a NOR multiplies. Bits of the sum above all that a clock
// adds are cleared behind the adder, as no carry reaches them at a first tap.

`default_nettype none

module multiply_inner #(
    parameter W_DATA = 8,
    parameter W_ACC  = 26,
    parameter TAPS   = 2    // even
) (
    input  wire                   clk,
    input  wire                   first,   // the operands in the registers start a sum
    input  wire [TAPS*W_DATA-1:0] x_n,     // tap t at [t*W_DATA +: W_DATA]
    input  wire [TAPS*W_DATA-1:0] v_n,
    output reg  [TAPS*W_DATA-1:0] x_n_out,
    output reg  [TAPS*W_DATA-1:0] v_n_out,
    output reg  [W_ACC-1:0]       sum
);

generate if (TAPS % 2 != 0) begin : check_taps
    error_TAPS_must_be_even stop ();
end endgenerate

localparam PAIRS  = TAPS / 2;
localparam W_PLUS = W_DATA + 1;
localparam W_LOW  = 2 * W_PLUS + $clog2(PAIRS);   // bits of what a clock adds
localparam ROWS   = PAIRS * W_PLUS + 1;

// Where the rows of products have bits: row r is of bit r % W_PLUS of a sum of two operands.
function [(ROWS-1)*W_ACC-1:0] product_bits(input integer rows_of_products);
    integer r;
    begin
        for (r = 0; r < rows_of_products; r = r + 1)
            product_bits[r*W_ACC +: W_ACC] = {{W_ACC-W_PLUS{1'b0}}, {W_PLUS{1'b1}}} << (r % W_PLUS);
    end
endfunction

wire [ROWS*W_ACC-1:0] rows;   // the sum that is kept, then products
wire [W_LOW-1:0]      low;
wire                  carry;

assign rows[W_ACC-1:0] = sum & {W_ACC{~first}};

genvar p, j;
generate for (p = 0; p < PAIRS; p = p + 1) begin : gen_pair
    // ~a + ~b + 1 is ~(a + b).
    wire [W_PLUS-1:0] a_n = {1'b1, x_n_out[2*p*W_DATA +: W_DATA]} + {1'b1, v_n_out[(2*p+1)*W_DATA +: W_DATA]}
        + {{W_DATA{1'b0}}, 1'b1};
    wire [W_PLUS-1:0] b_n = {1'b1, x_n_out[(2*p+1)*W_DATA +: W_DATA]} + {1'b1, v_n_out[2*p*W_DATA +: W_DATA]}
        + {{W_DATA{1'b0}}, 1'b1};

    for (j = 0; j < W_PLUS; j = j + 1) begin : gen_row
        assign rows[(p*W_PLUS+j+1)*W_ACC +: W_ACC] = {{W_ACC-W_PLUS{1'b0}}, ~(a_n | {W_PLUS{b_n[j]}})} << j;
    end
end endgenerate

column_adder #(
    .W_ROW (W_ACC),
    .W_SUM (W_LOW),
    .ROWS  (ROWS),
    .USED  ({product_bits(ROWS - 1), {W_ACC{1'b1}}})
) adder_u (
    .rows  (rows),
    .sum   (low),
    .carry (carry)
);

always @(posedge clk)
    sum <= {(sum[W_ACC-1:W_LOW] + {{W_ACC-W_LOW-1{1'b0}}, carry}) & {W_ACC-W_LOW{~first}}, low};

always @(posedge clk) begin
    x_n_out <= x_n;
    v_n_out <= v_n;
end

endmodule

`default_nettype wire
