// SPDX-License-Identifier: Apache-2.0
// distance_invert: one subtraction; a negative difference is inverted, and its
// missing 1 is the carry into the sum.

`default_nettype none

module distance_invert #(
    parameter W_DATA = 8,
    parameter W_ACC  = 18
) (
    input  wire              clk,
    input  wire              first,   // the operands in the registers start a sum
    input  wire [W_DATA-1:0] x,
    input  wire [W_DATA-1:0] w,
    output reg  [W_DATA-1:0] x_out,
    output reg  [W_DATA-1:0] w_out,
    output reg  [W_ACC-1:0]  sum
);

wire [W_DATA:0] difference = {1'b0, x_out} - {1'b0, w_out};
wire            negative   = difference[W_DATA];
wire [W_ACC:0]  next       = {first ? {W_ACC{1'b0}} : sum, 1'b1}
    + {{W_ACC-W_DATA{1'b0}}, difference[W_DATA-1:0] ^ {W_DATA{negative}}, negative};

wire unused = &{1'b0, next[0]};

always @(posedge clk)
    sum <= next[W_ACC:1];

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
