// SPDX-License-Identifier: Apache-2.0
// multiply_columns: as multiply_offset, with TAPS taps a clock in one sum, products of single bits of all taps by columns
// of full adders. A tap adds x w + 2^(2 W_DATA - 1) - 2^(W_DATA - 1).
//
// Operands enter inverted, as a NOR is smaller than an AND. Bits of the sum above all that a clock adds are cleared
// behind the adder, as no carry reaches them at a first tap.

`default_nettype none

module multiply_columns #(
    parameter W_DATA = 8,
    parameter W_ACC  = 26,
    parameter TAPS   = 1
) (
    input  wire                   clk,
    input  wire                   first,   // the operands in the registers start a sum
    input  wire [TAPS*W_DATA-1:0] x_n,     // tap t at [t*W_DATA +: W_DATA]
    input  wire [TAPS*W_DATA-1:0] w_n,
    output reg  [TAPS*W_DATA-1:0] x_n_out,
    output reg  [TAPS*W_DATA-1:0] w_n_out,
    output reg  [W_ACC-1:0]       sum
);

localparam W_LOW = 2 * W_DATA + $clog2(TAPS);   // bits of what a clock adds
localparam ROWS  = TAPS * W_DATA + 1;

// Where the rows of products have bits: row r is of bit r % W_DATA of a weight.
function [(ROWS-1)*W_ACC-1:0] product_bits(input integer rows_of_products);
    integer r;
    begin
        for (r = 0; r < rows_of_products; r = r + 1)
            product_bits[r*W_ACC +: W_ACC] = {{W_ACC-W_DATA{1'b0}}, {W_DATA{1'b1}}} << (r % W_DATA);
    end
endfunction

wire [ROWS*W_ACC-1:0] rows;   // the sum that is kept, then products
wire [W_LOW-1:0]      low;
wire                  carry;

assign rows[W_ACC-1:0] = sum & {W_ACC{~first}};

genvar t, j;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
    for (j = 0; j < W_DATA; j = j + 1) begin : gen_row
        wire [W_DATA-1:0] products = ~(x_n_out[t*W_DATA +: W_DATA] | {W_DATA{w_n_out[t*W_DATA+j]}});

        assign rows[(t*W_DATA+j+1)*W_ACC +: W_ACC] =
            {{W_ACC-W_DATA{1'b0}}, products ^ {W_DATA{j == W_DATA - 1}}} << j;
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
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
