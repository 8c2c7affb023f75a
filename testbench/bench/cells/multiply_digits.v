// SPDX-License-Identifier: Apache-2.0
// multiply_digits: radix-4 Booth with TAPS taps a clock in one sum, rows of all taps' digits by columns of full adders.
// w is a two's complement code.
//
// A negative row is inverted, the 1 that it is short of added in its lowest column; of its sign s, which is worth
// -s = ~s - 1, the constant is left out: a tap adds x w + the sum of 2^(W_DATA + 1) 4^j for each digit j, which is
// never negative. Bits of the sum above all that a clock adds are cleared behind the adder, as no carry reaches them
// at a first tap.

`default_nettype none

module multiply_digits #(
    parameter W_DATA = 8,
    parameter W_ACC  = 26,
    parameter TAPS   = 1
) (
    input  wire                   clk,
    input  wire                   first,   // the operands in the registers start a sum
    input  wire [TAPS*W_DATA-1:0] x,       // tap t at [t*W_DATA +: W_DATA]
    input  wire [TAPS*W_DATA-1:0] w,
    output reg  [TAPS*W_DATA-1:0] x_out,
    output reg  [TAPS*W_DATA-1:0] w_out,
    output reg  [W_ACC-1:0]       sum
);

localparam W_LOW  = 2 * W_DATA + 1 + $clog2(TAPS);   // bits of what a clock adds
localparam DIGITS = W_DATA / 2;
localparam ROWS   = 2 * TAPS * DIGITS + 1;

// Where rows have bits: a digit's own, and then what it is short of.
function [(ROWS-1)*W_ACC-1:0] digit_bits(input integer digits);
    integer r;
    begin
        for (r = 0; r < digits; r = r + 1) begin
            digit_bits[2*r*W_ACC +: W_ACC]     = {{W_ACC-W_DATA-2{1'b0}}, {W_DATA+2{1'b1}}} << 2 * (r % DIGITS);
            digit_bits[(2*r+1)*W_ACC +: W_ACC] = {{W_ACC-1{1'b0}}, 1'b1} << 2 * (r % DIGITS);
        end
    end
endfunction

wire [ROWS*W_ACC-1:0] rows;   // the sum that is kept, then of each digit its own and what that is short of
wire [W_LOW-1:0]      low;
wire                  carry;

assign rows[W_ACC-1:0] = sum & {W_ACC{~first}};

genvar t, j;
generate for (t = 0; t < TAPS; t = t + 1) begin : gen_tap
    wire [W_DATA-1:0] x_tap = x_out[t*W_DATA +: W_DATA];
    wire [W_DATA:0]   w_tap = {w_out[t*W_DATA +: W_DATA], 1'b0};

    for (j = 0; j < DIGITS; j = j + 1) begin : gen_digit
        wire [2:0]      bits     = w_tap[2*j +: 3];
        wire            negative = bits[2];
        wire            once     = bits[1] ^ bits[0];
        wire            twice    = bits == 3'b100 | bits == 3'b011;
        wire [W_DATA:0] row      = ({1'b0, x_tap} & {W_DATA+1{once}} | {x_tap, 1'b0} & {W_DATA+1{twice}})
            ^ {W_DATA+1{negative}};

        assign rows[(2*(t*DIGITS+j)+1)*W_ACC +: W_ACC] = {{W_ACC-W_DATA-2{1'b0}}, ~negative, row} << 2 * j;
        assign rows[(2*(t*DIGITS+j)+2)*W_ACC +: W_ACC] = {{W_ACC-1{1'b0}}, negative} << 2 * j;
    end
end endgenerate

column_adder #(
    .W_ROW (W_ACC),
    .W_SUM (W_LOW),
    .ROWS  (ROWS),
    .USED  ({digit_bits(TAPS * DIGITS), {W_ACC{1'b1}}})
) adder_u (
    .rows  (rows),
    .sum   (low),
    .carry (carry)
);

always @(posedge clk)
    sum <= {(sum[W_ACC-1:W_LOW] + {{W_ACC-W_LOW-1{1'b0}}, carry}) & {W_ACC-W_LOW{~first}}, low};

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
