// SPDX-License-Identifier: Apache-2.0
// multiply_booth: radix-4 Booth, a row for two bits of w. w is a two's complement code, and so is the sum.
// The rows and the sum are one sum of many terms, which the tool makes a tree of.

`default_nettype none

module multiply_booth #(
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

localparam DIGITS = W_DATA / 2;

wire [W_DATA:0]   w_low = {w_out, 1'b0};
wire [W_ACC-1:0]  term [0:DIGITS-1];
wire [W_ACC-1:0]  ones;   // that inverted rows are short of

genvar j;
generate for (j = 0; j < DIGITS; j = j + 1) begin : gen_digit
    wire [2:0] bits     = w_low[2*j +: 3];
    wire       negative = bits[2];
    wire       once     = bits[1] ^ bits[0];
    wire       twice    = bits == 3'b100 | bits == 3'b011;
    wire [W_DATA:0] row = ({1'b0, x_out} & {W_DATA+1{once}} | {x_out, 1'b0} & {W_DATA+1{twice}})
        ^ {W_DATA+1{negative}};
    // A row's sign s is -s = ~s - 1 at its place: the 1s of all rows are a constant.
    assign term[j] = {{W_ACC-W_DATA-2{1'b0}}, ~negative, row} << (2 * j);
    assign ones[2*j +: 2] = {1'b0, negative};
end endgenerate

assign ones[W_ACC-1:2*DIGITS] = {W_ACC-2*DIGITS{1'b0}};

// Minus 2^(W_DATA+1) for each digit's place, from 1 up to 4^DIGITS.
function [W_ACC-1:0] constant(input integer digits);
    integer k;
    begin
        constant = {W_ACC{1'b0}};
        for (k = 0; k < digits; k = k + 1)
            constant = constant - ({{W_ACC-1{1'b0}}, 1'b1} << (W_DATA + 1 + 2 * k));
    end
endfunction

reg  [W_ACC-1:0] rows;
integer k;
always @* begin
    rows = ones + constant(DIGITS);
    for (k = 0; k < DIGITS; k = k + 1)
        rows = rows + term[k];
end

always @(posedge clk)
    sum <= (first ? {W_ACC{1'b0}} : sum) + rows;

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
