// SPDX-License-Identifier: Apache-2.0
// multiply_whole: as multiply_columns, but with the constant, as multiply_save is to multiply_offset: w is a two's
// complement code, and so is the sum, whose high bits stand still where products are small.
//
// TAPS times the constant is 2^(W_LOW - W_DATA - 1) - 2^(W_LOW - 1), which is a bit of two columns and all bits above. Two
// carries leave those columns; one of them and the bits above are its inverse there, as c - 1 = -~c.

`default_nettype none

module multiply_whole #(
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
localparam ROWS  = TAPS * W_DATA + 2;

localparam [W_ACC-1:0] CONSTANT = {{W_ACC-1{1'b0}}, 1'b1} << (W_LOW - 1) | {{W_ACC-1{1'b0}}, 1'b1} << (W_LOW - W_DATA - 1);

// Where the rows of products have bits: row r is of bit r % W_DATA of a weight.
function [(ROWS-2)*W_ACC-1:0] product_bits(input integer rows_of_products);
    integer r;
    begin
        for (r = 0; r < rows_of_products; r = r + 1)
            product_bits[r*W_ACC +: W_ACC] = {{W_ACC-W_DATA{1'b0}}, {W_DATA{1'b1}}} << (r % W_DATA);
    end
endfunction

wire [ROWS*W_ACC-1:0] rows;   // the sum that is kept, products, the constant
wire [W_LOW-1:0]      low;
wire [1:0]            carry;

wire [W_ACC-1:0] kept = sum & {W_ACC{~first}};

assign rows[W_ACC-1:0] = kept;
assign rows[(ROWS-1)*W_ACC +: W_ACC] = CONSTANT;

genvar t, j;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
    for (j = 0; j < W_DATA; j = j + 1) begin : gen_row
        wire [W_DATA-1:0] products = ~(x_n_out[t*W_DATA +: W_DATA] | {W_DATA{w_n_out[t*W_DATA+j]}});

        assign rows[(t*W_DATA+j+1)*W_ACC +: W_ACC] =
            {{W_ACC-W_DATA{1'b0}}, products ^ {W_DATA{j == W_DATA - 1}}} << j;
    end
end endgenerate

column_adder #(
    .W_ROW   (W_ACC),
    .W_SUM   (W_LOW),
    .ROWS    (ROWS),
    .CARRIES (2),
    .USED    ({CONSTANT, product_bits(ROWS - 2), {W_ACC{1'b1}}})
) adder_u (
    .rows  (rows),
    .sum   (low),
    .carry (carry)
);

always @(posedge clk)
    sum <= {kept[W_ACC-1:W_LOW] + {W_ACC-W_LOW{~carry[1]}} + {{W_ACC-W_LOW-1{1'b0}}, carry[0]}, low};

always @(posedge clk) begin
    x_n_out <= x_n;
    w_n_out <= w_n;
end

endmodule

`default_nettype wire
