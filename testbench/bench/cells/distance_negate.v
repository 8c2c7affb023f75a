// SPDX-License-Identifier: Apache-2.0
// distance_negate: one subtraction; a negative difference is inverted and 1 added,
// then the sum. The form of adder_row, which suits a simulator.

`default_nettype none

module distance_negate #(
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
wire [W_DATA:0] distance   = (difference ^ {W_DATA+1{difference[W_DATA]}}) - {W_DATA+1{difference[W_DATA]}};

always @(posedge clk)
    sum <= (first ? {W_ACC{1'b0}} : sum) + {{W_ACC-W_DATA-1{1'b0}}, distance};

always @(posedge clk) begin
    x_out <= x;
    w_out <= w;
end

endmodule

`default_nettype wire
