// SPDX-License-Identifier: Apache-2.0
// distance_naive: the larger less the smaller, from a comparison and two subtractions.

`default_nettype none

module distance_naive #(
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

wire [W_DATA-1:0] distance = x_out > w_out ? x_out - w_out : w_out - x_out;

always @(posedge clk)
    sum <= (first ? {W_ACC{1'b0}} : sum) + {{W_ACC-W_DATA{1'b0}}, distance};

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
